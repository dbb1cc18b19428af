import { expect, it } from "vitest";
import { uptime, uptimeText } from "./uptime";

const line = (backend: string, outcome: string, points: number[][]) => ({
  name: "probes",
  labels: { backend, outcome },
  points,
});
const SERIES = [
  line("a", "answered", [
    [0, 10],
    [900, 8],
  ]),
  line("a", "failed", [[900, 2]]),
  line("b", "failed", [[900, 5]]),
];

it.each([
  ["a", 0, 0.9],
  ["a", 900, 0.8],
  ["a", 901, null],
  ["b", 0, 0],
  ["c", 0, null],
] as const)("of %s since %i is %s", (backend, since, expected) => {
  expect(uptime(SERIES, backend, since)).toBe(expected);
});

it.each([
  [null, "–"],
  [1, "100%"],
  [0.99999, "99.99%"],
  [0.5, "50%"],
  [0, "0%"],
])("says %s as %s", (share, text) => {
  expect(uptimeText(share)).toBe(text);
});
