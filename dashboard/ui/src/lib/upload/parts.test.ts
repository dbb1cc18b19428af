import { expect, it } from "vitest";
import { cutIntoParts, partSizeFor } from "./parts";

const MIB = 1024 ** 2;

it("uses 16 MiB parts up to 9000 of them", () => {
  expect(partSizeFor(20 * MIB)).toBe(16 * MIB);
  expect(partSizeFor(9000 * 16 * MIB)).toBe(16 * MIB);
});

it("grows parts in whole MiB beyond that", () => {
  expect(partSizeFor(9000 * 16 * MIB + 1)).toBe(17 * MIB);
  expect(partSizeFor(5 * 1024 ** 4) % MIB).toBe(0);
});

it.each([1, 16 * MIB, 16 * MIB + 1, 3 * 1024 ** 4])(
  "covers %d bytes without gap or overlap",
  (size) => {
    const parts = cutIntoParts(size, partSizeFor(size));

    expect(parts.length).toBeLessThanOrEqual(9000);
    expect(parts[0]?.start).toBe(0);
    expect(parts.at(-1)?.end).toBe(size);
    parts.slice(1).forEach((part, index) => expect(part.start).toBe(parts[index]?.end));
  },
);
