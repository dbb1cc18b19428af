/** Lines of a chart, made of the series that the server keeps. */

export interface RawSeries {
  name: string;
  labels: Record<string, string>;
  points: number[][];
}

export interface Line {
  name: string;
  /** One value per span, the oldest first. */
  values: number[];
}

export interface Spans {
  /** The beginning of each span, in seconds since the epoch. */
  starts: number[];
  step: number;
}

/** Every span between the first and the last, whether something was counted in it or not. */
export function spansOf(step: number, from: number, to: number): Spans {
  const first = Math.floor(from / step) * step;
  const count = Math.max(1, Math.ceil((to - first) / step));
  return { step, starts: Array.from({ length: count }, (_, index) => first + index * step) };
}

interface LineOptions {
  /** How many lines there may be beside the one of the rest. */
  most: number;
  rest: string;
  /** Whether a point says how something stands, which holds until the next one. */
  isLevel?: boolean;
}

/** One line per value of a label, the greatest first; the least of many become one. */
export function linesBy(
  series: readonly RawSeries[],
  label: string,
  spans: Spans,
  options: LineOptions,
): Line[] {
  const lines = new Map<string, number[]>();
  const read = options.isLevel === true ? levels : counts;
  for (const { labels, points } of series) {
    const name = labels[label] ?? "–";
    const found = read(points, spans);
    lines.set(name, lines.get(name)?.map((value, index) => value + (found[index] ?? 0)) ?? found);
  }
  const sorted = [...lines]
    .map(([name, values]) => ({ name, values }))
    .sort((a, b) => sum(b.values) - sum(a.values));
  const shown = sorted.slice(0, options.most);
  const others = sorted.slice(options.most);
  if (others.length === 0) return shown;
  const values = spans.starts.map((_, index) => sum(others.map((line) => line.values[index] ?? 0)));
  return [...shown, { name: options.rest, values }];
}

/** What was counted in each span; one without a point is one in which nothing happened. */
function counts(points: RawSeries["points"], { starts, step }: Spans): number[] {
  const [first = 0] = starts;
  const values = starts.map(() => 0);
  for (const [at = 0, value = 0] of points) {
    const index = Math.floor((at - first) / step);
    if (index >= 0 && index < values.length) values[index] = (values[index] ?? 0) + value;
  }
  return values;
}

/** How it stood at the end of each span; before the first point nothing is known, so 0. */
function levels(points: RawSeries["points"], { starts, step }: Spans): number[] {
  let next = 0;
  let value = 0;
  return starts.map((start) => {
    for (; (points[next]?.[0] ?? Infinity) < start + step; next += 1) {
      value = points[next]?.[1] ?? value;
    }
    return value;
  });
}

/**
 * The time within which so many percent were answered in each span, in milliseconds.
 *
 * The series count what took at most `le` seconds. Within the bucket that holds the rank the time
 * is taken in proportion; a span in which nothing was answered has no time, which is `NaN`.
 */
export function percentileLines(
  series: readonly RawSeries[],
  spans: Spans,
  percents: readonly number[],
): Line[] {
  const bounds = new Map<number, number[]>();
  for (const { labels, points } of series) {
    const bound = labels.le === "+Inf" ? Infinity : Number(labels.le);
    const found = counts(points, spans);
    const known = bounds.get(bound);
    bounds.set(bound, known?.map((value, index) => value + (found[index] ?? 0)) ?? found);
  }
  const rising = [...bounds].sort(([a], [b]) => a - b);
  return percents.map((percent) => ({
    name: `p${percent}`,
    values: spans.starts.map((_, index) =>
      percentileMs(
        rising.map(([bound, values]) => [bound, values[index] ?? 0]),
        percent,
      ),
    ),
  }));
}

function percentileMs(rising: readonly (readonly [number, number])[], percent: number): number {
  const total = Math.max(0, ...rising.map(([, count]) => count));
  if (total === 0) return NaN;
  const rank = (total * percent) / 100;
  let [below, before] = [0, 0];
  for (const [bound, counted] of rising) {
    // Not every source has every bound; what one lacks there was counted below it already.
    const count = Math.max(before, counted);
    if (count >= rank) {
      if (bound === Infinity) break;
      const share = count === before ? 1 : (rank - before) / (count - before);
      return (below + (bound - below) * share) * 1000;
    }
    [below, before] = [bound, count];
  }
  return below * 1000;
}

/** The lines as a table of comma separated values; times in ISO 8601, unknown values empty. */
export function csvOf(lines: readonly Line[], { starts }: Spans): string {
  const rows = starts.map((start, index) => [
    new Date(start * 1000).toISOString(),
    ...lines.map(({ values }) => {
      const value = values[index] ?? NaN;
      return Number.isNaN(value) ? "" : String(value);
    }),
  ]);
  const all = [["time", ...lines.map(({ name }) => name)], ...rows];
  return `${all.map((row) => row.map(cell).join(",")).join("\r\n")}\r\n`;
}

/** Quoted where needed (RFC 4180). */
function cell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** A round number not below the value: 1, 2 or 5 with zeros, so that an axis reads well. */
export function roundUp(value: number): number {
  if (value <= 1) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const factor = [1, 2, 5, 10].find((one) => one * power >= value) ?? 10;
  return factor * power;
}
