/** What a Parquet file says of itself, and its values as text. */
import type { CompressionCodec, FileMetaData, SchemaElement } from "hyparquet";
import { looksLikeText } from "./hex";

export interface ParquetField {
  name: string;
  type: string;
  isOptional: boolean;
  /** How deep it is nested; 0 is a column. */
  depth: number;
}

/** The most bytes that a look at the first rows may fetch. */
export const MOST_BYTES = 32 * 1024 * 1024;

/** The fields of a schema in their order, nested ones after the one they belong to. */
export function fieldsOf({ schema }: FileMetaData): ParquetField[] {
  const fields: ParquetField[] = [];
  let at = 1;
  const read = (count: number, depth: number) => {
    for (let index = 0; index < count && at < schema.length; index += 1) {
      const element = schema[at];
      at += 1;
      if (element === undefined) return;
      fields.push({
        name: element.name,
        type: typeName(element),
        isOptional: element.repetition_type === "OPTIONAL",
        depth,
      });
      read(element.num_children ?? 0, depth + 1);
    }
  };
  read(schema[0]?.num_children ?? 0, 0);
  return fields;
}

function typeName(element: SchemaElement): string {
  const logical = element.logical_type?.type ?? element.converted_type ?? element.type ?? "GROUP";
  const repeated = element.repetition_type === "REPEATED" ? "[]" : "";
  return logical.toLowerCase() + repeated;
}

/** The ways in which columns are compressed, each once. */
export function codecsOf({ row_groups: groups }: FileMetaData): CompressionCodec[] {
  const all = groups.flatMap(({ columns }) =>
    columns.flatMap(({ meta_data: data }) => data?.codec ?? []),
  );
  return [...new Set(all)].sort();
}

/**
 * The columns whose first row group can be fetched without passing the limit, in the order of the
 * file; smaller ones that come after one that is too large are kept.
 */
export function columnsWithin(metadata: FileMetaData, limitBytes: number): string[] {
  const sizes = new Map<string, number>();
  for (const { meta_data: data } of metadata.row_groups[0]?.columns ?? []) {
    const name = data?.path_in_schema[0];
    if (data === undefined || name === undefined) continue;
    sizes.set(name, (sizes.get(name) ?? 0) + Number(data.total_compressed_size));
  }
  let left = limitBytes;
  const chosen: string[] = [];
  for (const { name } of fieldsOf(metadata).filter(({ depth }) => depth === 0)) {
    const size = sizes.get(name) ?? 0;
    if (size > left) continue;
    left -= size;
    chosen.push(name);
  }
  return chosen;
}

const LONGEST_CELL = 500;

/** A value as a cell shows it: dates as ISO 8601, bytes as numbers, nested values as JSON. */
export function cellText(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "string") return value.slice(0, LONGEST_CELL);
  const text = typeof value === "object" ? JSON.stringify(value, plain) : String(plain("", value));
  return text.replace(/^"(.*)"$/s, "$1").slice(0, LONGEST_CELL);
}

function plain(_name: string, value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  if (!(value instanceof Uint8Array)) return value;
  // Old writers did not say which bytes are text.
  if (looksLikeText(value)) return new TextDecoder().decode(value);
  return [...value.subarray(0, 32)].map(hexByte).join(" ");
}

function hexByte(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}
