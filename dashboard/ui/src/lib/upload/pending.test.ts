import { expect, it } from "vitest";
import { readChosen } from "./entries";
import { isLarge, sumBytes } from "./pending";

const GIB = 1024 ** 3;

function files(count: number, size = 0) {
  const all = Array.from({ length: count }, (_, index) => new File([], `${String(index)}.txt`));
  for (const file of all) Object.defineProperty(file, "size", { value: size });
  return all;
}

it.each([
  ["a hundred files", files(100), false],
  ["one more", files(101), true],
  ["a gibibyte", files(1, GIB), false],
  ["two files that are more together", files(2, GIB / 2 + 1), true],
])("%s", (_what, chosen, expected) => {
  expect(isLarge(readChosen(chosen))).toBe(expected);
});

it("counts what systems leave behind, and leaves it out", () => {
  const names = ["a.txt", ".DS_Store", "Thumbs.db"];
  const chosen = readChosen(names.map((name) => new File(["words"], name)));

  expect(chosen.files.map(({ path }) => path)).toEqual(["a.txt"]);
  expect(chosen.skipped).toBe(2);
  expect(sumBytes(chosen)).toBe(5);
});
