import { expect, it } from "vitest";
import { endsOf, isoOf, localOf, timeOf } from "./time";

const [NOON, ONE] = ["2026-05-01T12:00:00Z", "2026-05-01T13:00:00Z"];

it("is the time between two moments, where the first comes first", () => {
  expect(timeOf({ from: NOON, to: ONE, range: "week" })).toEqual({ from: NOON, to: ONE });
  expect(timeOf({ from: ONE, to: NOON })).toEqual({ hours: 24 });
  expect(timeOf({ from: ONE, range: "hour" })).toEqual({ hours: 1 });
});

it("ends when the numbers were read, or where it was told", () => {
  expect(endsOf({ hours: 1 }, 7_200_000)).toEqual([3600, 7200]);
  expect(endsOf({ from: NOON, to: ONE }, 0).map(isoOf)).toEqual([NOON, ONE]);
});

it("comes back from a field as it went in", () => {
  expect(new Date(localOf(NOON)).toISOString()).toBe("2026-05-01T12:00:00.000Z");
});
