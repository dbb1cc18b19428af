import { expect, it } from "vitest";
import { judgeLimits, typedLimits } from "./limits";

it("reads sizes, and takes nothing for no limit", () => {
  expect(judgeLimits({ soft: "80 GiB", hard: "" })).toMatchObject({
    soft_bytes: 80 * 1024 ** 3,
    hard_bytes: 0,
    isSound: true,
  });
});

it.each([
  [{ soft: "much", hard: "1 GiB" }, "softProblem"],
  [{ soft: "1 GiB", hard: "more" }, "hardProblem"],
  [{ soft: "2 GiB", hard: "1 GiB" }, "softProblem"],
])("finds what is wrong with %o", (typed, where) => {
  const judged = judgeLimits(typed);

  expect(judged.isSound).toBe(false);
  expect(judged).toHaveProperty(where, expect.any(String));
});

it("types a limit as it was stored", () => {
  const typed = typedLimits({ soft_bytes: 0, hard_bytes: 3 * 1024 ** 3 });

  expect(typed).toEqual({ soft: "", hard: "3 GiB" });
  expect(judgeLimits(typed).hard_bytes).toBe(3 * 1024 ** 3);
});
