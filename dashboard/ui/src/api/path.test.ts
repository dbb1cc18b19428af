import { expect, it } from "vitest";
import { path, withQuery } from "./path";

it("encodes every value as one path segment", () => {
  expect(path`/api/backends/${"a/../b"}/buckets/${"ü?#"}`).toBe(
    "/api/backends/a%2F..%2Fb/buckets/%C3%BC%3F%23",
  );
});

it("leaves out undefined members and repeats lists", () => {
  expect(withQuery("/zip", { key: ["a b", "c&d"], token: undefined, flat: false })).toBe(
    "/zip?key=a+b&key=c%26d&flat=false",
  );
});

it("keeps the path as it is when there is no query", () => {
  expect(withQuery("/x")).toBe("/x");
});
