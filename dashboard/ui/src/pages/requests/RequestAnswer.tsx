import type { PastDecision, PastRequest } from "../../api/schema.gen";
import { Copy } from "../../components/controls/Copy";
import { Fact, Facts } from "../../components/data/Facts";
import { StatusDot } from "../../components/data/Status";
import { Banner } from "../../components/feedback/Banner";
import sheet from "../../components/shell/Sheet.module.css";
import { formatExact } from "../../lib/format";
import { t } from "../../lib/i18n";
import { visibleName } from "../../lib/keys";
import { reasonWords, Verdict } from "../admin/access/Verdict";
import styles from "./Requests.module.css";

const FIRST_REFUSAL = 400;

/** What was asked, how it ended, what did not fit, and what the same would be answered now. */
export function RequestAnswer({ found: { request, now } }: { found: PastDecision }) {
  const { status, reason, difference, canonical_request: canonical } = request;
  const isRefused = status >= FIRST_REFUSAL;
  return (
    <div className={styles.answer}>
      <section className={sheet.card} aria-labelledby="request-then">
        <h2 id="request-then">{t("requests.then")}</h2>
        <p role="status">
          <StatusDot tone={isRefused ? "err" : "ok"}>
            {t("requests.answered", { status: String(status) })}
          </StatusDot>
        </p>
        {reason !== "" && <Banner tone="warn">{reasonWords(reason)}</Banner>}
        <RequestFacts request={request} />
      </section>
      {(difference !== "" || canonical !== "") && (
        <section className={sheet.card} aria-labelledby="request-signed">
          <h2 id="request-signed">{t("requests.signature")}</h2>
          {difference !== "" && <p>{difference}</p>}
          {canonical !== "" && <Canonical text={canonical} />}
        </section>
      )}
      {now !== null && (
        <section className={sheet.card} aria-labelledby="request-now">
          <h2 id="request-now">{t("requests.now")}</h2>
          <Verdict decision={now} />
        </section>
      )}
    </div>
  );
}

function RequestFacts({ request }: { request: PastRequest }) {
  const { at, operation, access_key, backend_id, bucket, key, ip } = request;
  const place = [backend_id, bucket].filter((part) => part !== "").join(" / ");
  return (
    <Facts>
      <Fact name={t("chart.time")}>{formatExact(at)}</Fact>
      <Fact name={t("audit.action")} value={operation} />
      {place !== "" && <Fact name={t("audit.bucket")}>{place}</Fact>}
      {key !== "" && <Fact name={t("object.key")} value={visibleName(key)} copied={key} />}
      {access_key !== "" && (
        <Fact name={t("credentials.accessKey")} value={access_key} copied={access_key} />
      )}
      <Fact name={t("audit.ip")} value={ip} />
    </Facts>
  );
}

/** What the client would have to have signed; its own log shows what it did sign. */
function Canonical({ text }: { text: string }) {
  return (
    <>
      <p>{t("requests.canonicalText")}</p>
      <div className={styles.canonical}>
        <pre tabIndex={0} aria-label={t("requests.canonical")}>
          {text}
        </pre>
        <Copy text={text} label={t("requests.copyCanonical")} />
      </div>
    </>
  );
}
