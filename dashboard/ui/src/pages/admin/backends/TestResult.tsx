import { ApiError } from "../../../api/error";
import { errorWords } from "../../../api/errorText";
import type { EndpointTestResult } from "../../../api/schema.gen";
import { StatusDot } from "../../../components/data/Status";
import { Banner } from "../../../components/feedback/Banner";
import { t, type TextKey } from "../../../lib/i18n";
import styles from "./Endpoints.module.css";

const STEPS: Readonly<Record<string, TextKey>> = {
  dns: "endpoints.stepDns",
  tcp: "endpoints.stepTcp",
  tls: "endpoints.stepTls",
  clock: "endpoints.stepClock",
  signature: "endpoints.stepSignature",
  list: "endpoints.stepList",
  region: "endpoints.stepRegion",
  addressing: "endpoints.stepAddressing",
};

/** What was tried, step by step; the one that failed says why. */
export function TestResult({ result }: { result: EndpointTestResult }) {
  return (
    <>
      <Banner tone={result.healthy ? "ok" : "err"}>
        {result.healthy
          ? t("endpoints.testOk", { ms: result.latency_ms })
          : (result.error ?? t("health.down"))}
      </Banner>
      <ol className={styles.steps} aria-label={t("endpoints.test")}>
        {result.steps.map(({ name, ok, latency_ms, reason }) => {
          const text = STEPS[name];
          return (
            <li key={name}>
              <StatusDot tone={ok ? "ok" : "err"}>{text === undefined ? name : t(text)}</StatusDot>
              <span className={styles.figure}>{t("home.ms", { value: latency_ms })}</span>
              {reason !== "" && <span className={styles.why}>{reasonWords(reason)}</span>}
            </li>
          );
        })}
      </ol>
    </>
  );
}

function reasonWords(reason: string): string {
  const facts = { status: 502, code: "backend_error", message: reason, reason };
  return errorWords(new ApiError(facts)).message;
}
