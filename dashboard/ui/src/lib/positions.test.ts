import { beforeEach, expect, it } from "vitest";
import {
  carryFocus,
  expectRow,
  forgetFrom,
  keepPosition,
  recallPosition,
  takeExpectedRow,
  takeFocus,
} from "./positions";
import { NOTHING, selectOnly } from "./selection";

beforeEach(() => forgetFrom(0));

it("knows where one was at each step of the history", () => {
  keepPosition(1, "demo/", { scrollTop: 400 });
  keepPosition(1, "demo/", { selection: selectOnly("a") });
  keepPosition(2, "demo/a/", { focusedKey: "a/x" });

  expect(recallPosition(1, "demo/")).toEqual({
    scrollTop: 400,
    focusedKey: null,
    selection: selectOnly("a"),
  });
  expect(recallPosition(2, "demo/a/").focusedKey).toBe("a/x");
});

it("begins at the top where a step shows another place", () => {
  keepPosition(1, "demo/", { scrollTop: 400 });

  expect(recallPosition(1, "other/")).toEqual({
    scrollTop: 0,
    focusedKey: null,
    selection: NOTHING,
  });
});

it("counts steps that stay in a list as part of it", () => {
  keepPosition(1, "demo/", { scrollTop: 400 });

  expect(recallPosition(2, "demo/").scrollTop).toBe(400);
});

it("does not take a list that was left long ago for a new visit", () => {
  keepPosition(1, "demo/", { scrollTop: 400 });
  keepPosition(2, "demo/a/");

  expect(recallPosition(3, "demo/").scrollTop).toBe(0);
});

it("forgets what lay ahead when another way is taken", () => {
  keepPosition(1, "demo/", { scrollTop: 400 });
  keepPosition(2, "demo/a/", { scrollTop: 200 });
  forgetFrom(2);

  expect(recallPosition(1, "demo/").scrollTop).toBe(400);
  expect(recallPosition(2, "demo/a/").scrollTop).toBe(0);
});

it("hands a row and the focus on once", () => {
  expectRow("a/");
  carryFocus(true);

  expect([takeExpectedRow(), takeExpectedRow()]).toEqual(["a/", null]);
  expect([takeFocus(), takeFocus()]).toEqual([true, false]);
});
