import { Link } from "@tanstack/react-router";
import { Pencil, Trash2 } from "lucide-react";
import type { ListedQuota } from "../../../api/schema.gen";
import { Meter } from "../../../components/data/Meter";
import { isDeclared, Source } from "../../../components/data/Source";
import { StatusDot } from "../../../components/data/Status";
import { Time } from "../../../components/data/Time";
import { menuColumn } from "../../../components/grid/menuColumn";
import type { Column } from "../../../components/grid/types";
import { formatBytes } from "../../../lib/format";
import { t, type TextKey } from "../../../lib/i18n";
import type { Limited } from "../../../api/quotas";
import { stateOf } from "./fullness";
import type { QuotaDialog } from "./QuotaDialogs";
import styles from "./Quotas.module.css";

export const KINDS: Readonly<Record<Limited, TextKey>> = {
  bucket: "quotas.bucket",
  user: "grants.user",
  group: "grants.group",
  credential: "quotas.credential",
};

/** What is limited, how full it is, where the limits are, and who set them. */
export function quotaColumns(
  nameOf: (quota: ListedQuota) => string,
  onDialog: (dialog: QuotaDialog) => void,
): Column<ListedQuota>[] {
  return [
    {
      id: "subject",
      header: t("quotas.subject"),
      width: "minmax(200px, 1fr)",
      narrow: "minmax(0, 1fr)",
      cell: (quota) => <Subject quota={quota} name={nameOf(quota)} />,
    },
    {
      id: "kind",
      header: t("grants.kind"),
      width: "112px",
      isExtra: true,
      cell: ({ kind }) => t(KINDS[kind]),
    },
    {
      id: "used",
      header: t("quotas.used"),
      width: "minmax(220px, 1fr)",
      narrow: "minmax(0, 1fr)",
      cell: (quota) => <Used quota={quota} name={nameOf(quota)} />,
    },
    {
      id: "state",
      header: t("credentials.state"),
      width: "148px",
      cell: (quota) => {
        const [tone, text] = stateOf(quota);
        return <StatusDot tone={tone}>{text}</StatusDot>;
      },
    },
    {
      id: "soft",
      header: t("quotas.soft"),
      width: "112px",
      isExtra: true,
      isNumeric: true,
      cell: ({ soft_bytes = 0 }) => (soft_bytes === 0 ? "–" : formatBytes(soft_bytes)),
    },
    {
      id: "changed",
      header: t("quotas.changed"),
      width: "132px",
      isExtra: true,
      cell: ({ updated_at }) => <Time at={updated_at} />,
    },
    {
      id: "source",
      header: t("users.source"),
      width: "160px",
      isExtra: true,
      cell: (quota) => <Source {...quota} />,
    },
    menuColumn(nameOf, (quota) =>
      isDeclared(quota)
        ? []
        : [
            {
              id: "edit",
              text: t("action.edit"),
              icon: <Pencil aria-hidden />,
              act: () => onDialog({ kind: "edit", quota }),
            },
            {
              id: "delete",
              text: t("quotas.remove"),
              icon: <Trash2 aria-hidden />,
              isDanger: true,
              section: "",
              act: () => onDialog({ kind: "remove", quota, name: nameOf(quota) }),
            },
          ],
    ),
  ];
}

function Subject({ quota, name }: { quota: ListedQuota; name: string }) {
  const { backend_id: backend, bucket } = quota;
  if (backend === undefined || bucket === undefined) return <strong title={name}>{name}</strong>;
  return (
    <Link
      to="/b/$backend/$bucket/settings"
      params={{ backend, bucket }}
      search={{ part: "quota" }}
      className={styles.name}
      title={name}
      tabIndex={-1}
    >
      {name}
    </Link>
  );
}

function Used({ quota, name }: { quota: ListedQuota; name: string }) {
  const { soft_bytes = 0, hard_bytes = 0, usage_bytes = 0, has_usage } = quota;
  if (!has_usage) return <>–</>;
  return (
    <Meter
      label={t("quotas.usedOf", { name })}
      used={usage_bytes}
      soft={soft_bytes}
      hard={hard_bytes}
    />
  );
}
