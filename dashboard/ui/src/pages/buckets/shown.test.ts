import { expect, it } from "vitest";
import { shownBuckets } from "./shown";

const BUCKETS = [
  { name: "beta", size_tracked: true, size_bytes: 10 },
  { name: "alpha", size_tracked: true, size_bytes: 30 },
  { name: "gamma", size_tracked: false },
];
const names = (filter: string, sort: "name" | "-name" | "size" | "-size") =>
  shownBuckets(BUCKETS, { filter, sort }).map(({ name }) => name);

it("sorts by name in both directions", () => {
  expect(names("", "name")).toEqual(["alpha", "beta", "gamma"]);
  expect(names("", "-name")).toEqual(["gamma", "beta", "alpha"]);
});

it("puts buckets of unknown size last, whichever the direction", () => {
  expect(names("", "size")).toEqual(["beta", "alpha", "gamma"]);
  expect(names("", "-size")).toEqual(["alpha", "beta", "gamma"]);
});

it("filters by any part of the name", () => {
  expect(names("AM", "name")).toEqual(["gamma"]);
});
