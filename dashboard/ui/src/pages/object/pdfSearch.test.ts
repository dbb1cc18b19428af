import { expect, it } from "vitest";
import { countIn } from "./pdfSearch";

it.each([
  ["Lamps and lamps", "lamp", 2],
  ["aaaa", "aa", 2],
  ["nothing", "lamp", 0],
  ["anything", "", 0],
])("%s has %s %d times", (text, wanted, count) => {
  expect(countIn(text, wanted)).toBe(count);
});
