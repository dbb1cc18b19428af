import { expect, it } from "vitest";
import { lineOfPath } from "./jsonPlaces";

const TEXT = `{
  "a": "}, \\" [ \\\\",
  "list": [
    {"x": [1, {"y": null}]},

    {
      "x": true
    }
  ],
  "a": -1.5e3
}`;

it.each([
  [[], 1],
  [["list"], 3],
  [["list", 0], 4],
  [["list", 0, "x", 1, "y"], 4],
  [["list", 1], 6],
  [["list", 1, "x"], 7],
  [["list", 1, "missing"], 6],
  [["list", 9], 3],
  [["a"], 10],
  [["a", "b"], 10],
])("finds %j on line %i", (path, line) => {
  expect(lineOfPath(TEXT, path)).toBe(line);
});

it("finds nothing in nothing", () => {
  expect(lineOfPath("", ["a"])).toBe(1);
});
