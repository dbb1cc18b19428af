import { describe, expect, it } from "vitest";
import { FITTED, turned, zoomed } from "./imageView";

describe("an image", () => {
  it.each([
    [null, 1, 0.6, 0.75],
    [null, -1, 0.6, 0.5],
    [1, 1, 0.6, 1.5],
    [8, 1, 0.6, 8],
    [0.1, -1, 0.6, 0.1],
  ] as const)("at %s goes %d step from a fit of %d to %d", (zoom, direction, fitted, expected) => {
    expect(zoomed({ zoom, turns: 0 }, direction, fitted).zoom).toBe(expected);
  });

  it("is upright again after four turns", () => {
    expect(turned(FITTED).turns).toBe(1);
    expect(turned(turned(turned(turned(FITTED))))).toEqual(FITTED);
  });
});
