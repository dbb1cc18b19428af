import { Folder, Inbox, Lock } from "lucide-react";
import type { Share } from "../../api/schema.gen";
import { FileIcon } from "../../components/data/FileIcon";
import { Badge, StatusDot, type Tone } from "../../components/data/Status";
import { Time } from "../../components/data/Time";
import type { Column } from "../../components/grid/types";
import { formatNumber } from "../../lib/format";
import { t, type TextKey } from "../../lib/i18n";
import { baseName, visibleName } from "../../lib/keys";
import styles from "./Work.module.css";

const STATES: Record<Share["state"], readonly [Tone, TextKey]> = {
  active: ["ok", "shares.active"],
  scheduled: ["info", "shares.scheduled"],
  expired: ["neutral", "shares.expired"],
  exhausted: ["warn", "shares.exhausted"],
  revoked: ["neutral", "shares.revoked"],
};

/** What a link leads to, in a few words. */
export function shareName({ kind, key, keys = [], prefix = "", bucket }: Share): string {
  if (kind === "object") return visibleName(baseName(key));
  if (kind === "objects") return t("shares.objects", { count: keys.length });
  return visibleName(prefix === "" ? bucket : baseName(prefix));
}

/** Target, place, state, end, use and last access. */
export function shareColumns(): Column<Share>[] {
  return [
    {
      id: "name",
      header: t("shares.what"),
      width: "minmax(200px, 1.2fr)",
      narrow: "minmax(0, 1fr)",
      cell: (share) => (
        <>
          <Sign share={share} />
          <span className={styles.name} title={shareName(share)}>
            {shareName(share)}
          </span>
          {share.has_password && <Lock size={12} aria-label={t("share.password")} />}
        </>
      ),
    },
    {
      id: "place",
      header: t("shares.place"),
      isExtra: true,
      width: "minmax(140px, 1fr)",
      cell: ({ backend_id, bucket }) => (
        <span className={styles.where}>
          {backend_id} / {bucket}
        </span>
      ),
    },
    {
      id: "state",
      header: t("credentials.state"),
      width: "128px",
      narrow: "112px",
      cell: ({ state }) => <StatusDot tone={STATES[state][0]}>{t(STATES[state][1])}</StatusDot>,
    },
    {
      id: "ends",
      header: t("share.ends"),
      width: "136px",
      cell: ({ expires_at }) =>
        expires_at === undefined ? t("share.endless") : <Time at={expires_at} />,
    },
    {
      id: "use",
      header: t("share.limit"),
      width: "112px",
      isNumeric: true,
      cell: ({ kind, download_count: count, max_downloads: limit }) => {
        if (kind === "upload") return <Badge tone="neutral">{t("shares.inbox")}</Badge>;
        const used = formatNumber(count);
        return limit === undefined ? used : `${used} / ${formatNumber(limit)}`;
      },
    },
    {
      id: "seen",
      header: t("shares.lastUsed"),
      isExtra: true,
      width: "136px",
      cell: ({ last_accessed_at }) => <Time at={last_accessed_at} />,
    },
  ];
}

function Sign({ share: { kind, key } }: { share: Share }) {
  if (kind === "upload") return <Inbox size={16} aria-hidden />;
  if (kind === "object") return <FileIcon kind="object" name={key} />;
  return <Folder size={16} aria-hidden />;
}
