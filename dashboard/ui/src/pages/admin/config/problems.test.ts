import { describe, expect, it } from "vitest";
import { placeOf } from "./Problems";

describe("the place of a problem", () => {
  it.each([
    [{ file: "a.yaml", line: 12, column: 3, key: "auth.notise" }, "a.yaml:12:3: auth.notise"],
    [{ file: "a.yaml", line: 12, column: 3 }, "a.yaml:12:3"],
    [{ file: "a.yaml" }, "a.yaml"],
    [{ key: "db" }, "db"],
    [{}, ""],
  ])("%j", (known, place) => {
    expect(placeOf({ message: "is wrong", ...known })).toBe(place);
  });
});
