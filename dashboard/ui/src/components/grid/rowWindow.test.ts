import { describe, expect, it } from "vitest";
import { drawnRows, scrolledTo } from "./rowWindow";

const indexes = (...args: Parameters<typeof drawnRows>) =>
  drawnRows(...args).map(({ index }) => index);

describe("the rows that are drawn", () => {
  it("are those in view and some around them, however many there are", () => {
    const drawn = drawnRows({ first: 500_000, room: 20 }, { count: 1_000_000, kept: 0, size: 36 });

    expect(drawn).toHaveLength(1 + 8 + 20 + 8);
    expect(drawn[1]).toEqual({ index: 499_992, start: 499_992 * 36, size: 36 });
    expect(drawn.at(-1)?.index).toBe(500_027);
  });

  it("hold the row that has focus, before or after the others, once", () => {
    const rows = { count: 100, size: 36 };

    expect(indexes({ first: 50, room: 10 }, { ...rows, kept: 3 })[0]).toBe(3);
    expect(indexes({ first: 0, room: 10 }, { ...rows, kept: 99 }).at(-1)).toBe(99);
    expect(indexes({ first: 0, room: 10 }, { ...rows, kept: 5 })).toHaveLength(18);
  });

  it("are all where there are few, and none where there is none", () => {
    expect(indexes({ first: 0, room: 20 }, { count: 3, kept: 0, size: 36 })).toEqual([0, 1, 2]);
    expect(indexes({ first: 0, room: 20 }, { count: 0, kept: 0, size: 36 })).toEqual([]);
  });

  it("are the last ones while the list has become shorter than it was scrolled", () => {
    const drawn = indexes({ first: 900, room: 10 }, { count: 30, kept: 0, size: 36 });

    expect(drawn.at(-1)).toBe(29);
    expect(drawn).toContain(20);
  });
});

it("scrolls no further than to show the row", () => {
  const view = { height: 360, size: 36 };

  expect(scrolledTo(0, { ...view, top: 72 })).toBe(0);
  expect(scrolledTo(3, { ...view, top: 72 })).toBe(72);
  expect(scrolledTo(20, { ...view, top: 72 })).toBe(22 * 36 - 360);
});
