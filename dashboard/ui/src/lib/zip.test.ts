import { expect, it } from "vitest";
import { findDirectory, readEntries } from "./zip";

/** A directory with one entry, and its end; as `zip` writes them for `a/ü.txt` with 5 bytes. */
function sample(): Uint8Array {
  const name = new TextEncoder().encode("a/ü.txt");
  const bytes = new Uint8Array(46 + name.length + 22 + 4);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x02014b50, true);
  view.setUint16(8, 0x0800, true);
  view.setUint32(20, 7, true);
  view.setUint32(24, 5, true);
  view.setUint16(28, name.length, true);
  bytes.set(name, 46);
  const end = 46 + name.length;
  view.setUint32(end, 0x06054b50, true);
  view.setUint16(end + 10, 1, true);
  view.setUint32(end + 12, end, true);
  view.setUint32(end + 16, 0, true);
  view.setUint16(end + 20, 4, true);
  return bytes;
}

it("finds the directory before a comment and reads its entries", () => {
  const file = sample();
  const directory = findDirectory(file);

  expect(directory).toEqual({ offset: 0, sizeBytes: 54, count: 1 });
  expect(readEntries(file.subarray(0, 54))).toEqual([
    { name: "a/ü.txt", sizeBytes: 5, packedBytes: 7, isFolder: false },
  ]);
});

it("says that something is no ZIP", () => {
  expect(findDirectory(new Uint8Array(100))).toBe(null);
  expect(findDirectory(new Uint8Array())).toBe(null);
  expect(readEntries(new Uint8Array(50))).toEqual([]);
});

it("stops where an entry is cut", () => {
  expect(readEntries(sample().subarray(0, 40))).toEqual([]);
});
