/** What the tray says. */
import { errorSentence } from "../../api/errorText";
import { formatBytes, formatDuration } from "../../lib/format";
import { t } from "../../lib/i18n";
import { isActive, type UploadSummary } from "../../lib/upload/queue";
import type { UploadItem } from "../../lib/upload/types";

/** All uploads in one phrase. */
export function headline(items: readonly UploadItem[]): string {
  const count = (state: string) => items.filter((item) => item.state === state).length;
  const done = count("done");
  if (items.some(isActive)) return t("upload.running", { done, total: items.length });
  const stuck = count("failed") + count("blocked");
  if (stuck > 0) return t("upload.someFailed", { count: stuck });
  if (count("paused") > 0) return t("upload.somePaused", { count: count("paused") });
  return t("upload.allDone", { count: done });
}

/** Bytes, rate and time left. */
export function rateLine({ sentBytes, totalBytes, ...rest }: UploadSummary): string {
  const parts = [
    t("upload.bytesOf", { sent: formatBytes(sentBytes), total: formatBytes(totalBytes) }),
  ];
  if (rest.bytesPerSecond > 0) {
    parts.push(t("upload.rate", { rate: formatBytes(rest.bytesPerSecond) }));
  }
  if (rest.secondsLeft !== null) {
    parts.push(t("upload.timeLeft", { time: formatDuration(rest.secondsLeft) }));
  }
  return parts.join(" · ");
}

/** One upload's state in words; the reason where it stands still. */
export function stateLine(item: UploadItem, secondsLeft: number): string {
  switch (item.state) {
    case "queued":
      return t("upload.queued");
    case "uploading":
      return t("upload.bytesOf", {
        sent: formatBytes(item.sentBytes),
        total: formatBytes(item.sizeBytes),
      });
    case "waiting":
      return t("upload.waiting", {
        reason: errorSentence(item.error),
        time: formatDuration(secondsLeft),
      });
    case "paused":
      return t("upload.paused");
    case "conflict":
      return t("upload.conflict");
    case "blocked":
    case "failed":
      return errorSentence(item.error);
    case "done":
      return t("upload.done", { size: formatBytes(item.sizeBytes) });
  }
}
