/** The bars over the log: how much happened when, also where nothing did. */
import type { AuditHistogram } from "../../api/schema.gen";

export interface Bar {
  /** In milliseconds since the epoch. */
  start: number;
  count: number;
}

export interface Bars {
  bars: readonly Bar[];
  stepMs: number;
}

interface Span {
  from?: string | undefined;
  to?: string | undefined;
}

const DAY_MS = 24 * 3600 * 1000;
const MOST = 200;

/** One bar per step of what was asked for: the last day, unless the filter says otherwise. */
export function barsOf({ step, counts }: AuditHistogram, { from, to }: Span, now: number): Bars {
  const stepMs = step * 1000;
  const until = to === undefined ? now : Date.parse(to);
  const since = from === undefined ? until - DAY_MS : Date.parse(from);
  const first = Math.floor(since / stepMs) * stepMs;
  const length = Math.min(MOST, Math.max(1, Math.ceil((until - first) / stepMs)));
  const bars = Array.from({ length }, (_, index) => ({ start: first + index * stepMs, count: 0 }));
  for (const [at, count] of counts) {
    const bar = bars[Math.floor((Date.parse(at) - first) / stepMs)];
    if (bar !== undefined) bar.count += count;
  }
  return { bars, stepMs };
}

/** The time from one bar to another, both included, whichever comes first. */
export function spanOf({ bars, stepMs }: Bars, one: number, other: number): Span {
  const first = bars[Math.min(one, other)];
  const last = bars[Math.max(one, other)];
  if (first === undefined || last === undefined) return {};
  return { from: isoSecond(first.start), to: isoSecond(last.start + stepMs) };
}

/** As the API takes times: without parts of a second. */
export function isoSecond(moment: number): string {
  return new Date(moment).toISOString().replace(/\.\d+Z$/, "Z");
}
