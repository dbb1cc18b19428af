import { ApiError } from "../../api/error";
import { errorWords } from "../../api/errorText";
import { Copy } from "../controls/Copy";
import { Banner } from "../feedback/Banner";
import { HealthLink } from "../feedback/HealthLink";
import { t } from "../../lib/i18n";
import styles from "./Forms.module.css";

/** Why something was refused, what to do, and the request id to report; nothing without an error. */
export function Refusal({ error }: { error: unknown }) {
  if (error === null || error === undefined) return null;
  const words = errorWords(error);
  const id = error instanceof ApiError ? error.requestId : null;
  return (
    <Banner tone="err">
      <p>
        {words.message} {words.cure} <HealthLink error={error} />
      </p>
      {id !== null && (
        <p className={styles.request}>
          {t("error.requestId")} <code>{id}</code>
          <Copy text={id} label={t("error.copyRequestId")} />
        </p>
      )}
    </Banner>
  );
}
