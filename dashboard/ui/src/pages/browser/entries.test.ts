import { describe, expect, it } from "vitest";
import type { ObjectList } from "../../api/schema.gen";
import { filterEntries, mergeEntries, sortEntries, sumEntries, toEntries } from "./entries";

const page = (prefixes: string[], objects: [string, number, string][]): ObjectList => ({
  prefix: "a/",
  delimiter: "/",
  common_prefixes: prefixes,
  is_truncated: false,
  next_continuation_token: "",
  objects: objects.map(([key, size, last_modified]) => ({ key, size, last_modified })),
});

const PAGES = [
  page(
    ["a/x/"],
    [
      ["a/", 0, "2026-01-01"],
      ["a/b.txt", 30, "2026-01-03"],
    ],
  ),
  page(["a/y/"], [["a/C.txt", 10, "2026-01-02"]]),
];
const entries = toEntries(PAGES, "a/");
const names = (list: readonly { name: string }[]) => list.map(({ name }) => name);

it("shows folders first and hides the folder's own marker", () => {
  expect(names(entries)).toEqual(["x", "y", "b.txt", "C.txt"]);
});

describe("sortEntries", () => {
  it.each([
    ["size", ["x", "y", "C.txt", "b.txt"]],
    ["-size", ["x", "y", "b.txt", "C.txt"]],
    ["modified", ["x", "y", "C.txt", "b.txt"]],
    ["-name", ["y", "x", "b.txt", "C.txt"]],
  ] as const)("by %s keeps folders on top", (sort, expected) => {
    expect(names(sortEntries(entries, sort))).toEqual(expected);
  });
});

it("merges what was asked for twice, each entry once, in order", () => {
  const late = toEntries(
    [
      page(
        ["a/z/"],
        [
          ["a/b.txt", 30, ""],
          ["a/a.txt", 1, ""],
        ],
      ),
    ],
    "a/",
  );

  expect(names(mergeEntries(entries, late))).toEqual(["x", "y", "z", "C.txt", "a.txt", "b.txt"]);
  expect(mergeEntries(entries, [])).toEqual(entries);
});

it("filters by any part of the name, whatever the case", () => {
  expect(names(filterEntries(entries, "c.T"))).toEqual(["C.txt"]);
});

it("sums what is known of a selection", () => {
  expect(sumEntries(entries)).toEqual({ objects: 2, folders: 2, sizeBytes: 40 });
});
