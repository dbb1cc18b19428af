import { expect, it } from "vitest";
import { NOTHING, retain, selectAll, selectOnly, selectRange, toggle } from "./selection";

const ORDER = ["a", "b", "c", "d"];
const keys = (selection: { keys: ReadonlySet<string> }) => [...selection.keys];

it("toggles one row and leaves the others", () => {
  const selection = toggle(toggle(NOTHING, "a"), "c");

  expect(keys(selection)).toEqual(["a", "c"]);
  expect(keys(toggle(selection, "a"))).toEqual(["c"]);
});

it("selects a range in both directions from where it began", () => {
  const start = selectOnly("c");

  expect(keys(selectRange(start, ORDER, "d"))).toEqual(["c", "d"]);
  expect(keys(selectRange(selectRange(start, ORDER, "d"), ORDER, "a"))).toEqual(["a", "b", "c"]);
});

it("begins a range at the key itself when there is no anchor", () => {
  expect(keys(selectRange(NOTHING, ORDER, "b"))).toEqual(["b"]);
});

it("keeps the selection while more rows are loaded, and forgets what is gone", () => {
  const selection = selectAll(["a", "b"]);

  expect(retain(selection, ORDER)).toBe(selection);
  expect(keys(retain(selection, ["b"]))).toEqual(["b"]);
});
