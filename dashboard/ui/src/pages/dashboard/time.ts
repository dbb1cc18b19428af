/** Which time the charts show: a range back from now, or the one between two moments. */
import type { ChartedTime } from "../../api/numbers";
import type { DashboardSearch, Range } from "../search";

const HOURS: Record<Range, number> = { hour: 1, day: 24, week: 7 * 24, month: 30 * 24 };

/** Two moments count only where the first comes first; else the range does, by default a day. */
export function timeOf({ range = "day", from, to }: DashboardSearch): ChartedTime {
  if (from !== undefined && to !== undefined && Date.parse(from) < Date.parse(to)) {
    return { from, to };
  }
  return { hours: HOURS[range] };
}

/** Beginning and end in seconds since the epoch. */
export function endsOf(time: ChartedTime, readAt: number): readonly [from: number, to: number] {
  if ("hours" in time) return [readAt / 1000 - time.hours * 3600, readAt / 1000];
  return [Date.parse(time.from) / 1000, Date.parse(time.to) / 1000];
}

/** As the API takes times. */
export function isoOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace(/\.\d+Z$/, "Z");
}

/** As a field for date and time takes them: of this time zone, to the minute. */
export function localOf(iso: string): string {
  const at = new Date(iso);
  const local = new Date(at.getTime() - at.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}
