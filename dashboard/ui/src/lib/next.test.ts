import { expect, it } from "vitest";
import { safeNext } from "./next";

it("keeps a path of this origin with its query", () => {
  expect(safeNext("/b/demo?prefix=a%2F")).toBe("/b/demo?prefix=a%2F");
});

it.each([
  "//evil.example",
  "/\\evil.example",
  "https://evil.example",
  "javascript:alert(1)",
  "/\t/evil.example",
  undefined,
])("answers the start page for %s", (next) => {
  expect(safeNext(next)).toBe("/");
});
