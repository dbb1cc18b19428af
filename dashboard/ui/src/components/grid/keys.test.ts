import { describe, expect, it } from "vitest";
import { survivingIndex, targetIndex, TypeAhead } from "./keys";

describe("targetIndex", () => {
  const facts = { count: 100, page: 20 };

  it.each([
    ["ArrowDown", 99, 99],
    ["ArrowUp", 0, 0],
    ["PageDown", 90, 99],
    ["PageUp", 30, 10],
    ["Home", 50, 0],
    ["End", 50, 99],
  ])("%s from %d leads to %d", (key, from, to) => {
    expect(targetIndex(key, from, facts)).toBe(to);
  });

  it("leaves other keys alone", () => {
    expect(targetIndex("x", 0, facts)).toBeNull();
  });
});

describe("survivingIndex", () => {
  const BEFORE = ["a", "b", "c", "d"];

  it.each([
    ["stays with its row when another goes", 2, ["b", "c", "d"], 1],
    ["goes to the next one that is left", 1, ["a", "d"], 1],
    ["goes back when nothing follows", 3, ["a", "b"], 1],
    ["begins anew when nothing is left", 2, ["x"], 0],
  ])("%s", (_what, index, after, expected) => {
    expect(survivingIndex(BEFORE, index, after)).toBe(expected);
  });
});

describe("TypeAhead", () => {
  const NAMES = ["alpha", "beta", "Bravo", "charlie"];

  it("finds by several letters typed quickly", () => {
    const typeAhead = new TypeAhead();
    typeAhead.find("b", NAMES, { from: 0, now: 0 });

    expect(typeAhead.find("r", NAMES, { from: 1, now: 100 })).toBe(2);
  });

  it("goes on to the next match when the same letter comes again", () => {
    const typeAhead = new TypeAhead();

    expect(typeAhead.find("b", NAMES, { from: 0, now: 0 })).toBe(1);
    expect(typeAhead.find("b", NAMES, { from: 1, now: 100 })).toBe(2);
    expect(typeAhead.find("b", NAMES, { from: 2, now: 200 })).toBe(1);
  });

  it("begins anew after a pause", () => {
    const typeAhead = new TypeAhead();
    typeAhead.find("b", NAMES, { from: 0, now: 0 });

    expect(typeAhead.find("c", NAMES, { from: 1, now: 2000 })).toBe(3);
  });

  it("knows no answer for what no row begins with", () => {
    expect(new TypeAhead().find("z", NAMES, { from: 0, now: 0 })).toBeNull();
  });
});
