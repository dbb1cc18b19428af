import { expect, it } from "vitest";
import { factsOf, judgeFacts, toLines } from "./storedFacts";

const INFO = {
  content_type: "text/plain",
  content_language: "de",
  metadata: { b: "2", a: "1" },
};

it("writes what is set as lines in an order that does not change", () => {
  expect(toLines(factsOf(INFO))).toBe(
    "Content-Type: text/plain\nContent-Language: de\nx-amz-meta-a: 1\nx-amz-meta-b: 2",
  );
  expect(toLines(factsOf({}))).toBe("");
});

it.each([
  [[["colour", "blue"]], null],
  [[["", "x"]], "name"],
  [[["two words", "x"]], "name"],
  [[["größe", "x"]], "name"],
  [[["a", "Größe"]], "value"],
  [[["a", "line\nbreak"]], "value"],
  [
    [
      ["Colour", "1"],
      [" colour ", "2"],
    ],
    "twice",
  ],
  [[["a", "x".repeat(2048)]], "large"],
] as const)("judges %j as %s", (metadata, problem) => {
  expect(judgeFacts({ ...factsOf({}), metadata })).toBe(problem);
});

it("judges headers like values", () => {
  expect(judgeFacts(factsOf({ cache_control: "max-age=5\r\nx: y" }))).toBe("value");
});
