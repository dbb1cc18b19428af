import { expect, it } from "vitest";
import { csvOf, linesBy, percentileLines, roundUp, spansOf } from "./series";

const SPANS = spansOf(60, 600, 780);
const OPTIONS = { most: 2, rest: "others" };
const raw = (code: string, ...points: number[][]) => ({ name: "errors", labels: { code }, points });

it("fills the spans in which nothing was counted", () => {
  expect(SPANS.starts).toEqual([600, 660, 720]);
  expect(linesBy([raw("a", [660, 5])], "code", SPANS, OPTIONS)).toEqual([
    { name: "a", values: [0, 5, 0] },
  ]);
});

it("adds what has the same label and puts the small ones together", () => {
  const series = [
    raw("a", [600, 1]),
    raw("a", [600, 2], [720, 1]),
    raw("b", [600, 9]),
    raw("c", [720, 1]),
    raw("d", [720, 2]),
  ];

  expect(linesBy(series, "code", SPANS, OPTIONS)).toEqual([
    { name: "b", values: [9, 0, 0] },
    { name: "a", values: [3, 0, 1] },
    { name: "others", values: [0, 0, 3] },
  ]);
});

it("holds a level until the next point, for each of the series that are added", () => {
  const series = [raw("a", [600, 5], [720, 7]), raw("a", [540, 1], [660, 2])];

  expect(linesBy(series, "code", SPANS, { ...OPTIONS, isLevel: true })).toEqual([
    { name: "a", values: [6, 7, 9] },
  ]);
});

it("leaves out what lies beyond the range", () => {
  expect(linesBy([raw("a", [0, 5], [9999, 5])], "code", SPANS, OPTIONS)[0]?.values).toEqual([
    0, 0, 0,
  ]);
});

it.each([
  [0, 1],
  [3, 5],
  [10, 10],
  [11, 20],
  [260, 500],
])("rounds %i up to %i", (value, wanted) => {
  expect(roundUp(value)).toBe(wanted);
});

const bucket = (le: string, ...points: number[][]) => ({
  name: "latency",
  labels: { le },
  points,
});

it("tells within which time so many were answered, in proportion within a bucket", () => {
  const series = [
    bucket("0.1", [600, 50], [720, 0]),
    bucket("0.5", [600, 90]),
    bucket("0.5", [600, 5]),
    bucket("+Inf", [600, 95]),
    bucket("+Inf", [600, 5], [720, 2]),
  ];
  const [p50, p95, p99] = percentileLines(series, SPANS, [50, 95, 99]);

  expect(p50).toEqual({ name: "p50", values: [100, NaN, 500] });
  expect(p95?.values[0]).toBeCloseTo(500);
  expect(p99?.values).toEqual([500, NaN, 500]);
});

it("writes lines as comma separated values, with nothing where nothing is known", () => {
  const lines = [
    { name: "p50", values: [1.5, NaN, 3] },
    { name: 'odd, "name"', values: [0, 1, 2] },
  ];

  expect(csvOf(lines, SPANS)).toBe(
    [
      'time,p50,"odd, ""name"""',
      "1970-01-01T00:10:00.000Z,1.5,0",
      "1970-01-01T00:11:00.000Z,,1",
      "1970-01-01T00:12:00.000Z,3,2",
      "",
    ].join("\r\n"),
  );
});

it("counts what a source without a bound has counted below it", () => {
  const series = [bucket("10", [600, 90]), bucket("30", [600, 10]), bucket("+Inf", [600, 100])];
  const [p50, p95] = percentileLines(series, SPANS, [50, 95]);

  expect(p50?.values[0]).toBeCloseTo(5556, 0);
  expect(p95?.values[0]).toBe(30_000);
});
