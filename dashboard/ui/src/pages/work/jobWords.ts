/** Jobs in words. */
import type { Job } from "../../api/schema.gen";
import type { Tone } from "../../components/data/Status";
import { formatBytes, formatDuration, formatNumber } from "../../lib/format";
import { t, type TextKey } from "../../lib/i18n";

const KINDS: Record<Job["kind"], TextKey> = {
  copy: "jobs.copy",
  move: "jobs.move",
  delete: "jobs.delete",
  empty: "jobs.empty",
  scan: "jobs.scan",
  restore: "jobs.restore",
  tag: "jobs.tag",
};

const STATES: Record<Job["state"], readonly [Tone, TextKey]> = {
  queued: ["neutral", "jobs.queued"],
  running: ["info", "jobs.running"],
  done: ["ok", "jobs.done"],
  failed: ["err", "jobs.failed"],
  cancelled: ["neutral", "jobs.cancelled"],
};

/** A place as `bucket/prefix`. */
export function placeWords({ bucket, prefix }: Job["source"]): string {
  return `${bucket}/${prefix}`;
}

/** `Copy survey-images/2026/`. */
export function jobTitle(job: Job): string {
  return `${t(KINDS[job.kind])} ${placeWords(job.source)}`;
}

/** The state in a word; done with failures is said so. */
export function jobState(job: Job): readonly [Tone, string] {
  if (job.is_cancelling) return ["warn", t("jobs.cancelling")];
  if (job.state === "done" && job.failed > 0) {
    return ["warn", t("jobs.partly", { count: job.failed })];
  }
  const [tone, text] = STATES[job.state];
  return [tone, t(text)];
}

/** How far it is, how fast, and how long it still takes. */
export function progressWords(job: Job): string {
  const { objects_done: done, objects_total: total, bytes_done: bytes } = job;
  const parts = [
    total === null
      ? t("jobs.objects", { count: done })
      : t("jobs.objectsOf", { done: formatNumber(done), total: formatNumber(total) }),
  ];
  if (bytes > 0) parts.push(formatBytes(bytes));
  if (job.state === "running" && job.bytes_per_second > 0) {
    parts.push(t("upload.rate", { rate: formatBytes(job.bytes_per_second) }));
  }
  if (job.state === "running" && job.eta_seconds !== null) {
    parts.push(t("upload.timeLeft", { time: formatDuration(job.eta_seconds) }));
  }
  return parts.join(" · ");
}
