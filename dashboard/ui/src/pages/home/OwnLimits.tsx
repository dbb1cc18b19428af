import { useQuery } from "@tanstack/react-query";
import { ownQuotasQuery } from "../../api/quotas";
import type { OwnQuota } from "../../api/schema.gen";
import { Meter } from "../../components/data/Meter";
import { t } from "../../lib/i18n";
import styles from "./OwnLimits.module.css";

interface OwnLimitsProps {
  /** Which of them are shown; all by default. */
  kind?: OwnQuota["kind"];
}

/** How much of one's own limits is used; nothing where nobody set one. */
export function OwnLimits({ kind }: OwnLimitsProps) {
  const limits = useQuery(ownQuotasQuery).data ?? [];
  const shown = limits.filter((limit) => kind === undefined || limit.kind === kind);
  if (shown.length === 0) return null;
  return (
    <section className={styles.limits} aria-labelledby="own-limits">
      <h2 id="own-limits">{t("limits.title")}</h2>
      <ul>
        {shown.map((limit) => (
          <li key={`${limit.kind}/${limit.id}`}>
            <span className={styles.name} title={limit.name}>
              {nameOf(limit)}
            </span>
            <Meter
              label={nameOf(limit)}
              used={limit.usage_bytes ?? 0}
              soft={limit.soft_bytes ?? 0}
              hard={limit.hard_bytes ?? 0}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}

function nameOf({ kind, name }: OwnQuota): string {
  if (kind === "user") return t("limits.user");
  return kind === "group" ? t("limits.group", { name }) : t("limits.credential", { name });
}
