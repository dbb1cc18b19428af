import { expect, it } from "vitest";
import { diffLines } from "./diff";

const marks = (before: string, after: string) =>
  diffLines(before, after).map(
    ({ kind, text }) => `${{ same: " ", added: "+", removed: "-" }[kind]}${text}`,
  );

it("keeps what both have and shows what went before what came", () => {
  expect(marks("a\nb\nc\nd", "a\nx\nc\ny\nd")).toEqual([" a", "-b", "+x", " c", "+y", " d"]);
});

it("finds nothing between equal texts", () => {
  expect(marks("a\nb", "a\nb")).toEqual([" a", " b"]);
});

it("sees a text that begins and one that ends", () => {
  expect(marks("", "a")).toEqual(["-", "+a"]);
  expect(marks("a\nb", "a")).toEqual([" a", "-b"]);
});
