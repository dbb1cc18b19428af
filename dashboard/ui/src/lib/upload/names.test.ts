import { expect, it } from "vitest";
import { numberedKey } from "./names";

it.each([
  ["a/report.pdf", 2, "a/report (2).pdf"],
  ["archive.tar.gz", 3, "archive.tar (3).gz"],
  ["README", 2, "README (2)"],
  [".env", 2, ".env (2)"],
  ["v1.2/data", 2, "v1.2/data (2)"],
])("numbers %s as the %dnd", (key, number, expected) => {
  expect(numberedKey(key, number)).toBe(expected);
});
