/** Clocks, certificates and disks: how good, and in which words. */
import type { DiskRoom } from "../../../api/schema.gen";
import type { Tone } from "../../../components/data/Status";
import { formatBytes, formatDateTime, formatDuration } from "../../../lib/format";
import { t } from "../../../lib/i18n";

export type Judged = readonly [tone: Tone, text: string];

const AGREES_SECONDS = 2;
const DOUBTFUL_SECONDS = 5 * 60;
/** From here on requests are refused (Amazon S3, "RequestTimeTooSkewed"). */
const REFUSED_SECONDS = 15 * 60;
const DAY_MS = 24 * 3600 * 1000;
const SOON_MS = 14 * DAY_MS;
const LOW = 0.05;
const SHORT = 0.1;

/** How far a clock is from ours. */
export function clockOf(skewSeconds: number): Judged {
  const away = Math.abs(skewSeconds);
  if (away <= AGREES_SECONDS) return ["ok", t("health.clockAgrees")];
  const tone = away >= REFUSED_SECONDS ? "err" : away >= DOUBTFUL_SECONDS ? "warn" : "ok";
  const time = formatDuration(away);
  return [tone, skewSeconds > 0 ? t("health.ahead", { time }) : t("health.behind", { time })];
}

/** How long a certificate still holds. */
export function certificateOf(endsAt: string, now: number): Judged {
  const left = Date.parse(endsAt) - now;
  const time = formatDateTime(endsAt);
  if (left <= 0) return ["err", t("health.expired", { time })];
  const words = t("health.expires", { time, days: Math.floor(left / DAY_MS) });
  return [left < SOON_MS ? "warn" : "ok", words];
}

/** How much room a disk has. */
export function roomOf({ free_bytes, total_bytes }: DiskRoom): Judged {
  const share = total_bytes === 0 ? 0 : free_bytes / total_bytes;
  const tone = share < LOW ? "err" : share < SHORT ? "warn" : "ok";
  const sizes = { free: formatBytes(free_bytes), total: formatBytes(total_bytes) };
  return [tone, t("health.room", sizes)];
}
