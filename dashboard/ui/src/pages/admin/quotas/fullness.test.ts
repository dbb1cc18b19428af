import { expect, it } from "vitest";
import { byFullness, fullness, stateOf } from "./fullness";

const quota = (usage_bytes: number, soft_bytes: number, hard_bytes: number) => ({
  usage_bytes,
  soft_bytes,
  hard_bytes,
  has_usage: true,
});

it("measures against the hard limit, else against the soft one", () => {
  expect(fullness(quota(50, 80, 100))).toBe(0.5);
  expect(fullness(quota(50, 100, 0))).toBe(0.5);
  expect(fullness(quota(50, 0, 0))).toBe(0);
});

it("puts the fullest first", () => {
  const [empty, over, half] = [quota(0, 0, 10), quota(12, 0, 10), quota(5, 0, 10)];

  expect(byFullness([empty, over, half])).toEqual([over, half, empty]);
});

it.each([
  [quota(100, 80, 100), "err"],
  [quota(80, 80, 100), "warn"],
  [quota(79, 80, 100), "ok"],
  [quota(200, 0, 0), "ok"],
  [{ ...quota(0, 80, 100), has_usage: false }, "neutral"],
])("tells the state of %o", (one, tone) => {
  expect(stateOf(one)[0]).toBe(tone);
});
