import { expect, it } from "vitest";
import { hexRows, looksLikeText } from "./hex";

const bytes = (...values: number[]) => Uint8Array.from(values);
const utf8 = (text: string) => new TextEncoder().encode(text);

it("shows numbers and characters in rows of equal width", () => {
  expect(hexRows(bytes(0x7f, 0x45, 0x4c, 0x46, 0x00, 0xff), 4)).toEqual([
    { offset: 0, hex: "7f 45 4c 46", text: "·ELF" },
    { offset: 4, hex: "00 ff      ", text: "··" },
  ]);
  expect(hexRows(bytes(), 4)).toEqual([]);
});

it.each([
  ["plain text", utf8("FROM scratch\n\tCOPY a b\r\n"), true],
  ["other scripts", utf8("Größe, 大小, 🚢"), true],
  ["a character that the cut halved", utf8("aü").subarray(0, 2), true],
  ["colours of a log", utf8("\u001b[31mred\u001b[0m"), true],
  ["zeros", bytes(0x41, 0x00, 0x42), false],
  ["what is no UTF-8", bytes(0x41, 0xff, 0xfe), false],
  ["nothing", bytes(), false],
])("judges %s", (_, sample, expected) => {
  expect(looksLikeText(sample)).toBe(expected);
});
