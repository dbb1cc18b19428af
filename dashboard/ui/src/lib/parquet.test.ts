import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type FileMetaData, parquetMetadata } from "hyparquet";
import { beforeAll, expect, it } from "vitest";
import { cellText, codecsOf, columnsWithin, fieldsOf } from "./parquet";

const FILE = join(import.meta.dirname, "../../../../tests/vectors/previews/cities.parquet");

let metadata: FileMetaData;
beforeAll(async () => {
  const bytes = await readFile(FILE);
  metadata = parquetMetadata(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
});

it("tells the fields with their types, nested ones below", () => {
  const lines = fieldsOf(metadata).map(({ name, type, depth }) => `${depth} ${name} ${type}`);

  expect(lines).toEqual([
    "0 id int64",
    "0 city string",
    "0 price decimal",
    "0 at timestamp",
    "0 tags list",
    "1 list group[]",
    "2 element string",
    "0 raw byte_array",
  ]);
});

it("tells the codecs, each once", () => {
  expect(codecsOf(metadata)).toContain("ZSTD");
  expect(new Set(codecsOf(metadata)).size).toBe(codecsOf(metadata).length);
});

it("leaves out columns that are too large for a look", () => {
  expect(columnsWithin(metadata, 1e9)).toEqual(["id", "city", "price", "at", "tags", "raw"]);
  expect(columnsWithin(metadata, 300)).not.toContain("id");
  expect(columnsWithin(metadata, 300)).not.toEqual([]);
  expect(columnsWithin(metadata, 0)).toEqual([]);
});

it.each([
  [null, ""],
  ["text", "text"],
  [0.25, "0.25"],
  [12345678901234567890n, "12345678901234567890"],
  [true, "true"],
  [new Date(0), "1970-01-01T00:00:00.000Z"],
  [Uint8Array.from([1, 255]), "01 ff"],
  [new TextEncoder().encode("Zürich"), "Zürich"],
  [{ a: [1n, null] }, '{"a":["1",null]}'],
])("writes %s as %s", (value, text) => {
  expect(cellText(value)).toBe(text);
});
