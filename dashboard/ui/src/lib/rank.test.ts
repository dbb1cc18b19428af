import { expect, it } from "vitest";
import { fit, ranked } from "./rank";

it("finds letters in order and nothing else", () => {
  expect(fit("S3 credentials", "scr")).toBeGreaterThan(0);
  expect(fit("S3 credentials", "crx")).toBe(0);
});

it("puts whole words before scattered letters", () => {
  const texts = ["Groups of users", "Users", "Upload several"];

  expect(ranked(texts, "users", (text) => text)).toEqual(["Groups of users", "Users"]);
  expect(ranked(texts, "us", (text) => text)[0]).not.toBe("Upload several");
});

it("keeps everything in order while nothing is typed", () => {
  expect(ranked(["b", "a"], " ", (text) => text)).toEqual(["b", "a"]);
});
