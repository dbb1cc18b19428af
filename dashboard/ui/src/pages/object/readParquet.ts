/** The beginning of a Parquet file, by the fewest bytes that show it. */
import { type Compressors, parquetMetadataAsync, parquetReadObjects } from "hyparquet";
import { byteReader, type Source } from "../../api/source";
import {
  codecsOf,
  columnsWithin,
  fieldsOf,
  MOST_BYTES,
  type ParquetField,
} from "../../lib/parquet";

const FIRST_ROWS = 1000;
/** The footer of most files and its length fit in. */
const FIRST_FETCH_BYTES = 64 * 1024;
/** The first four bytes and the last four. */
const MAGIC = "PAR1";
const SMALLEST_BYTES = 12;

export interface ParquetStart {
  fields: readonly ParquetField[];
  codecs: readonly string[];
  rowCount: number;
  /** The columns that are shown. */
  columns: readonly string[];
  rows: readonly { number: number; cells: Readonly<Record<string, unknown>> }[];
}

/** Null where it is no Parquet file. */
export async function readParquet(
  source: Source,
  signal: AbortSignal,
): Promise<ParquetStart | null> {
  const read = byteReader(source, signal);
  if (source.size < SMALLEST_BYTES) return null;
  const end = new Uint8Array(await read(source.size - MAGIC.length, source.size));
  if (String.fromCharCode(...end) !== MAGIC) return null;
  const file = {
    byteLength: source.size,
    slice: (start: number, stop: number = source.size) => read(start, stop),
  };
  const metadata = await parquetMetadataAsync(file, { initialFetchSize: FIRST_FETCH_BYTES });
  const codecs = codecsOf(metadata);
  const columns = columnsWithin(metadata, MOST_BYTES);
  const rowCount = Number(metadata.num_rows);
  // Never past the first group: its columns are what the limit was measured by.
  const rowEnd = Math.min(FIRST_ROWS, Number(metadata.row_groups[0]?.num_rows ?? 0));
  const isEmpty = columns.length === 0 || rowEnd === 0;
  const rows = isEmpty
    ? []
    : await parquetReadObjects({
        file,
        metadata,
        columns,
        rowEnd,
        compressors: await loadCompressors(codecs),
        useOffsetIndex: true,
        // Bytes that are no text stay bytes.
        utf8: false,
      });
  return {
    fields: fieldsOf(metadata),
    codecs,
    rowCount,
    columns,
    rows: rows.map((cells, index) => ({ number: index + 1, cells })),
  };
}

/** Snappy is there already; the rest comes when a file needs it. None of it is WebAssembly. */
async function loadCompressors(codecs: readonly string[]): Promise<Compressors> {
  const isKnown = codecs.every((codec) => codec === "SNAPPY" || codec === "UNCOMPRESSED");
  return isKnown ? {} : (await import("./parquetCodecs")).compressors;
}
