import { expect, it } from "vitest";
import { summary } from "./imported";

it("counts the lines by what became of them", () => {
  const rows = (["create", "refuse", "create", "keep", "update"] as const).map((action) => ({
    action,
  }));

  expect(summary(rows)).toEqual({ created: 2, changed: 1, kept: 1, refused: 1 });
  expect(summary([])).toEqual({ created: 0, changed: 0, kept: 0, refused: 0 });
});
