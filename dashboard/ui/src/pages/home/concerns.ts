/** What needs attention, in words, and where each of it is found. */
import type { AttentionItem, AttentionMatter } from "../../api/schema.gen";
import type { Tone } from "../../components/data/Status";
import { formatBytes, formatRelative } from "../../lib/format";
import { type TextKey, t } from "../../lib/i18n";

type Concern = AttentionMatter["concern"];

export interface Line {
  key: string;
  tone: Tone;
  /** What is the matter. */
  text: string;
  /** More about it; empty where there is nothing to say. */
  note: string;
  href: string;
}

const TONES: Record<Concern, Tone> = {
  backend_down: "err",
  limit_passed: "warn",
  job_failed: "warn",
  key_expiring: "warn",
  config_rejected: "err",
  config_drift: "warn",
};
const PAGES: Record<Concern, string> = {
  backend_down: "/admin/health",
  limit_passed: "/admin/quotas",
  job_failed: "/activity?scope=all",
  key_expiring: "/admin/s3?tab=credentials",
  config_rejected: "/admin/config",
  config_drift: "/admin/config",
};
const LIMITED: Readonly<Record<string, TextKey>> = {
  user: "attention.limitUser",
  group: "attention.limitGroup",
  credential: "attention.limitKey",
};

/** One line per thing, and one for those of a kind that are not listed. */
export function linesOf(matter: AttentionMatter): Line[] {
  const { concern, total, items } = matter;
  if (items.length === 0) return [{ ...wordsOfAll(concern, total), ...plain(concern, concern) }];
  const lines = items.map((item) => ({
    ...wordsOf(concern, item),
    key: `${concern}/${item.id}`,
    tone: TONES[concern],
    href: placeOf(concern, item),
  }));
  const others = total - items.length;
  if (others <= 0) return lines;
  return [
    ...lines,
    { text: t("attention.others", { count: others }), note: "", ...plain(concern, "others") },
  ];
}

const plain = (concern: Concern, name: string) => ({
  key: `${concern}/${name}/`,
  tone: TONES[concern],
  href: PAGES[concern],
});

function wordsOfAll(concern: Concern, count: number): Pick<Line, "text" | "note"> {
  if (concern === "config_rejected") {
    return { text: t("attention.configRejected"), note: t("attention.problems", { count }) };
  }
  return { text: t("attention.drift"), note: t("attention.differs", { count }) };
}

function wordsOf(concern: Concern, item: AttentionItem): Pick<Line, "text" | "note"> {
  const { id, name = id, detail = "", bucket = "", at } = item;
  if (concern === "backend_down") return { text: t("attention.down", { name }), note: detail };
  if (concern === "limit_passed") return limitWords(item);
  if (concern === "job_failed") {
    const place = `${bucket}/${item.name ?? ""}`;
    const note = item.count === undefined ? "" : t("attention.failed", { count: item.count });
    return { text: t("attention.job", { place }), note };
  }
  const time = at === undefined ? "" : formatRelative(at);
  return { text: t("attention.key", { name, time }), note: name === id ? "" : id };
}

function limitWords({ id, name = id, detail = "", bucket = "", ...rest }: AttentionItem) {
  const { used_bytes: used = 0, limit_bytes: limit = 0 } = rest;
  const key = LIMITED[detail];
  const text = key === undefined ? t("attention.limitBucket", { bucket }) : t(key, { name });
  return { text, note: `${formatBytes(used)} / ${formatBytes(limit)}` };
}

function placeOf(concern: Concern, { id, backend_id = "", bucket = "" }: AttentionItem): string {
  const name = encodeURIComponent(id);
  if (concern === "backend_down") return `/admin/health?backend=${name}`;
  if (concern === "job_failed") return `/activity?scope=all&job=${name}`;
  if (concern === "key_expiring") return `/admin/s3?tab=credentials&filter=${name}`;
  if (concern === "limit_passed" && bucket !== "") {
    const place = `${encodeURIComponent(backend_id)}/${encodeURIComponent(bucket)}`;
    return `/b/${place}/settings?part=quota`;
  }
  return PAGES[concern];
}
