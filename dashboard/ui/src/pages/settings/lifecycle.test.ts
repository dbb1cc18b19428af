import { expect, it } from "vitest";
import { judgeLifecycle, withNumber } from "./lifecycle";

it.each([
  [[{ enabled: true }]],
  [[{ enabled: true, expiration_days: -1 }]],
  [[{ enabled: true, transition_days: 30 }]],
  [[{ enabled: true, expire: 3 }]],
  ["no list"],
])("refuses %j", (rules) => {
  expect(judgeLifecycle(rules)).not.toEqual([]);
});

it("leaves alone what the form cannot show", () => {
  expect(judgeLifecycle([{ enabled: true, read_only: true }])).toEqual([]);
});

it("takes a number away when its field is emptied", () => {
  const rule = { enabled: true, expiration_days: 3 };

  expect(withNumber(rule, "expiration_days", "12 days").expiration_days).toBe(12);
  expect(withNumber(rule, "expiration_days", "")).toEqual({ enabled: true });
});
