import { expect, it } from "vitest";
import { parseBytes, typedBytes } from "./sizes";

it.each([
  ["", 0],
  ["10", 10],
  ["10 B", 10],
  ["1.5 GiB", 1_610_612_736],
  ["1,5g", 1_610_612_736],
  ["20 TB", 20_000_000_000_000],
  ["many", null],
  ["-1", null],
  ["9999999 PiB", null],
])("reads %j as %s", (text, bytes) => {
  expect(parseBytes(text)).toBe(bytes);
});

it.each([0, 1, 1023, 1024, 5 * 1024 ** 3, 1024 ** 5 + 1])(
  "writes %i so that it is read back",
  (bytes) => {
    expect(parseBytes(typedBytes(bytes))).toBe(bytes);
  },
);
