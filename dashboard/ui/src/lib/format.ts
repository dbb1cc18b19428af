/** Numbers, sizes and times as the person's language writes them. */
import { language } from "./i18n";

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
const MINUTE = 60;
type Step = readonly [limit: number, seconds: number, unit: Intl.RelativeTimeFormatUnit];
const YEARS: Step = [Infinity, 365 * 24 * 60 * MINUTE, "year"];
const STEPS: readonly Step[] = [
  [MINUTE, 1, "second"],
  [60 * MINUTE, MINUTE, "minute"],
  [24 * 60 * MINUTE, 60 * MINUTE, "hour"],
  [30 * 24 * 60 * MINUTE, 24 * 60 * MINUTE, "day"],
  [365 * 24 * 60 * MINUTE, 30 * 24 * 60 * MINUTE, "month"],
  YEARS,
];

export function formatNumber(value: number, digits = 0): string {
  return new Intl.NumberFormat(language.get(), { maximumFractionDigits: digits }).format(value);
}

/** Bytes in IEC units with three significant digits: `1.25 MiB`. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1023.5 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return `${formatNumber(value, digits)} ${UNITS[unit] ?? ""}`;
}

/** A whole percentage; 100 only when it is all. */
export function formatPercent(done: number, total: number): string {
  const share = total === 0 ? 1 : done / total;
  const shown = share >= 1 ? 1 : Math.min(0.99, share);
  return new Intl.NumberFormat(language.get(), { style: "percent" }).format(shown);
}

/** `3 hours ago`, by the largest unit that is at least one. */
export function formatRelative(iso: string, now: number = Date.now()): string {
  const seconds = (Date.parse(iso) - now) / 1000;
  const [, length, unit] = STEPS.find(([limit]) => Math.abs(seconds) < limit) ?? YEARS;
  const format = new Intl.RelativeTimeFormat(language.get(), { numeric: "auto" });
  return format.format(Math.trunc(seconds / length), unit);
}

/** Date and time in the browser's time zone, to the minute. */
export function formatDateTime(iso: string): string {
  const style = { dateStyle: "medium", timeStyle: "short" } as const;
  return new Intl.DateTimeFormat(language.get(), style).format(new Date(iso));
}

/** Date and time to the second with the time zone, for tooltips and logs. */
export function formatExact(iso: string): string {
  const style = { dateStyle: "medium", timeStyle: "long" } as const;
  return new Intl.DateTimeFormat(language.get(), style).format(new Date(iso));
}

/** A length of time in its two largest units: `1 h 20 min`, `45 s`. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  if (whole < 60) return unit(whole, "second");
  if (whole < 3600)
    return `${unit(Math.floor(whole / 60), "minute")} ${unit(whole % 60, "second")}`;
  const minutes = Math.floor((whole % 3600) / 60);
  return `${unit(Math.floor(whole / 3600), "hour")} ${unit(minutes, "minute")}`;
}

function unit(value: number, name: "second" | "minute" | "hour"): string {
  const style = { style: "unit", unit: name, unitDisplay: "narrow" } as const;
  return new Intl.NumberFormat(language.get(), style).format(value);
}
