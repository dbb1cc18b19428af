import { beforeEach, describe, expect, it } from "vitest";
import { clearRecents, MOST_RECENT, noteRecent, readRecents } from "./recents";

const at = (bucket: string, prefix = "") => ({ backend: "b", bucket, prefix });

describe("what was opened last", () => {
  beforeEach(() => localStorage.clear());

  it("is listed the last first, and each place once", () => {
    for (const place of [at("one"), at("two"), at("one", "in/"), at("one")]) {
      noteRecent("ada", place);
    }

    expect(readRecents("ada")).toEqual([at("one"), at("one", "in/"), at("two")]);
  });

  it("is cut at ten", () => {
    for (let number = 0; number < MOST_RECENT + 3; number += 1) noteRecent("ada", at(`b${number}`));

    expect(readRecents("ada").map(({ bucket }) => bucket)).toHaveLength(MOST_RECENT);
    expect(readRecents("ada")[0]).toEqual(at("b12"));
  });

  it("belongs to the person who opened it", () => {
    noteRecent("ada", at("hers"));

    expect(readRecents("uli")).toEqual([]);
  });

  it("can be forgotten", () => {
    noteRecent("ada", at("one"));
    clearRecents("ada");

    expect(readRecents("ada")).toEqual([]);
  });

  it.each(["{", "7", '[{"backend":1}]', "[null]"])("survives what it cannot read: %s", (stored) => {
    localStorage.setItem("stowage.recents.ada", stored);

    expect(readRecents("ada")).toEqual([]);
  });
});
