import { expect, it } from "vitest";
import { bucketNameProblem } from "./bucketName";

it.each([
  ["demo", null],
  ["a.b-c9", null],
  ["ab", "length"],
  ["a".repeat(64), "length"],
  ["Demo", "characters"],
  ["über", "characters"],
  ["-demo", "ends"],
  ["demo.", "ends"],
])("judges %s as %s", (name, problem) => {
  expect(bucketNameProblem(name)).toBe(problem);
});
