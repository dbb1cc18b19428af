import { Link } from "@tanstack/react-router";
import type { AuditEvent } from "../../api/schema.gen";
import { StatusDot, type Tone } from "../../components/data/Status";
import type { Column } from "../../components/grid/types";
import { formatExact } from "../../lib/format";
import { t, type TextKey } from "../../lib/i18n";
import { visibleName } from "../../lib/keys";
import styles from "./Audit.module.css";

const STATUSES: Readonly<Record<string, readonly [Tone, TextKey]>> = {
  ok: ["ok", "audit.ok"],
  denied: ["warn", "audit.denied"],
  error: ["err", "audit.error"],
};

/** An outcome as dot and word; one that is not known yet by its own name. */
export function Outcome({ status }: { status: string }) {
  const known = STATUSES[status];
  if (known === undefined) return <StatusDot tone="neutral">{status}</StatusDot>;
  return <StatusDot tone={known[0]}>{t(known[1])}</StatusDot>;
}

/** Where something happened, as `bucket/key` or the backend. */
export function placeOf({ backend, bucket, key }: AuditEvent): string {
  if (bucket === undefined) return backend ?? "";
  return visibleName(key === undefined ? bucket : `${bucket}/${key}`);
}

/** Time, action, outcome, actor, place and address of an event. */
export function auditColumns(nameOf: (id: string) => string): Column<AuditEvent>[] {
  return [
    {
      id: "time",
      header: t("audit.time"),
      width: "176px",
      cell: ({ timestamp }) => (
        <time dateTime={timestamp} title={formatExact(timestamp)}>
          {shortTime(timestamp)}
        </time>
      ),
    },
    {
      id: "action",
      header: t("audit.action"),
      width: "minmax(190px, 1fr)",
      narrow: "minmax(0, 1fr)",
      cell: ({ id, action }) => (
        <Link
          from="/admin/audit"
          to="."
          search={(old) => ({ ...old, event: String(id) })}
          className={styles.action}
          tabIndex={-1}
        >
          <code>{action}</code>
        </Link>
      ),
    },
    {
      id: "status",
      header: t("audit.status"),
      width: "104px",
      narrow: "104px",
      cell: ({ status }) => <Outcome status={status} />,
    },
    {
      id: "user",
      header: t("audit.user"),
      width: "minmax(120px, 0.8fr)",
      cell: ({ user_id }) => (
        <span title={user_id}>{user_id === undefined ? t("audit.nobody") : nameOf(user_id)}</span>
      ),
    },
    {
      id: "place",
      header: t("audit.place"),
      width: "minmax(140px, 1.2fr)",
      cell: (event) => <span title={placeOf(event)}>{placeOf(event) || "–"}</span>,
    },
    {
      id: "ip",
      isExtra: true,
      header: t("audit.ip"),
      width: "128px",
      cell: ({ ip }) => ip ?? "–",
    },
  ];
}

function shortTime(iso: string): string {
  const style = { dateStyle: "short", timeStyle: "medium" } as const;
  return new Intl.DateTimeFormat(document.documentElement.lang, style).format(new Date(iso));
}
