import { describe, expect, it } from "vitest";
import type { ObjectVersion } from "../../api/schema.gen";
import { parseKeep, versionsToRemove } from "./keepLast";

/** One letter a version, the newest first: a capital is stored, `m` a marker. */
const versions = (letters: string): ObjectVersion[] =>
  Array.from(letters, (letter, index) => ({
    key: "k",
    version_id: `${letter}${String(index)}`,
    is_latest: index === 0,
    is_delete_marker: letter === "m",
    size: 1,
  }));

describe("when only the newest versions are kept", () => {
  it.each([
    ["the rest goes", "ABCD", 2, "C2 D3"],
    ["nothing goes where there are no more", "AB", 2, ""],
    ["a deleted object stays deleted, and its newest versions stay", "mABC", 1, "B2 C3"],
    ["markers among what goes go as well", "ABmCmD", 2, "m2 C3 m4 D5"],
    ["a marker that hides a kept version stays", "AmBC", 2, "C3"],
    ["nothing goes of a lone marker", "m", 1, ""],
  ])("%s", (_what, letters, keep, expected) => {
    const gone = versionsToRemove(versions(letters), keep);

    expect(gone.map(({ version_id }) => version_id).join(" ")).toBe(expected);
  });
});

it("takes whole numbers from one on", () => {
  expect(["1", " 12 ", "0", "-1", "1.5", "", "x", "1e3"].map(parseKeep)).toEqual([
    1,
    12,
    ...Array<null>(6).fill(null),
  ]);
});
