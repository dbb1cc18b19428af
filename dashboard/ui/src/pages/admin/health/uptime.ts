/** Which part of a backend's probes was answered. */
import { language } from "../../../lib/i18n";
import type { RawSeries } from "../../../lib/series";

/** From 0 to 1; null where nothing was probed in that time. */
export function uptime(
  series: readonly RawSeries[],
  backend: string,
  sinceSeconds: number,
): number | null {
  let answered = 0;
  let all = 0;
  for (const { labels, points } of series) {
    if (labels.backend !== backend) continue;
    for (const [at = 0, count = 0] of points) {
      if (at < sinceSeconds) continue;
      all += count;
      if (labels.outcome === "answered") answered += count;
    }
  }
  return all === 0 ? null : answered / all;
}

/** As a percentage with two digits, and never 100 % where something failed. */
export function uptimeText(share: number | null): string {
  if (share === null) return "–";
  const shown = share === 1 ? 1 : Math.min(0.9999, share);
  const style = { style: "percent", maximumFractionDigits: 2 } as const;
  return new Intl.NumberFormat(language.get(), style).format(shown);
}
