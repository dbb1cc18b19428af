import { ShieldCheck, ShieldX } from "lucide-react";
import { ApiError } from "../../../api/error";
import { errorWords } from "../../../api/errorText";
import type { Decision } from "../../../api/schema.gen";
import { StatusDot } from "../../../components/data/Status";
import { t } from "../../../lib/i18n";
import styles from "./Access.module.css";

/** Whether it is allowed, and every rule that was looked at. */
export function Verdict({ decision }: { decision: Decision }) {
  const { allowed, reason, trace } = decision;
  const Icon = allowed ? ShieldCheck : ShieldX;
  return (
    <section className={styles.verdict} aria-label={t("explain.verdict")}>
      <p className={styles.answer} role="status">
        <Icon size={20} aria-hidden />
        <StatusDot tone={allowed ? "ok" : "err"}>
          {allowed ? t("explain.allowed") : t("explain.denied")}
        </StatusDot>
      </p>
      {!allowed && <p>{reasonWords(reason)}</p>}
      <table className={styles.trace}>
        <thead>
          <tr>
            <th scope="col">{t("explain.rule")}</th>
            <th scope="col">{t("users.source")}</th>
            <th scope="col">{t("explain.matched")}</th>
          </tr>
        </thead>
        <tbody>
          {trace.map(({ rule, source, matched }, index) => (
            <tr key={index} data-matched={matched}>
              <td>{rule}</td>
              <td>
                <code>{source}</code>
              </td>
              <td>
                <StatusDot tone={matched ? "ok" : "neutral"}>
                  {matched ? t("explain.yes") : t("explain.no")}
                </StatusDot>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** A reason of the registry as a sentence; its texts were loaded before. */
export function reasonWords(reason: string): string {
  return errorWords(new ApiError({ status: 403, code: "forbidden", message: reason, reason }))
    .message;
}
