import { expect, it } from "vitest";
import { linesBy, roundUp, spansOf } from "./series";

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
