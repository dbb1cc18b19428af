/**
 * What is in a ZIP file, read from its end: APPNOTE.TXT of PKWARE, 4.3.12 (central directory) and
 * 4.3.16 (its end).
 */

export interface ZipEntry {
  name: string;
  sizeBytes: number;
  packedBytes: number;
  isFolder: boolean;
}

export interface Directory {
  offset: number;
  sizeBytes: number;
  count: number;
}

/** The end record and the longest comment it may carry. */
export const LONGEST_END_BYTES = 22 + 65_535;
const END_SIGNATURE = 0x06054b50;
const ENTRY_SIGNATURE = 0x02014b50;
const ENTRY_BYTES = 46;
/** Stands where the number is in the record for large files, which we do not read. */
const ELSEWHERE = 0xffffffff;
const UTF8_FLAG = 0x0800;

/** Where the directory is, from the last bytes of the file; null where they are no end of a ZIP. */
export function findDirectory(end: Uint8Array): Directory | null {
  const view = viewOf(end);
  for (let at = end.length - 22; at >= 0; at -= 1) {
    if (view.getUint32(at, true) !== END_SIGNATURE) continue;
    const offset = view.getUint32(at + 16, true);
    if (offset === ELSEWHERE) return null;
    return {
      offset,
      sizeBytes: view.getUint32(at + 12, true),
      count: view.getUint16(at + 10, true),
    };
  }
  return null;
}

/** The entries of a directory; it ends where the bytes do or stop making sense. */
export function readEntries(directory: Uint8Array): ZipEntry[] {
  const view = viewOf(directory);
  const found: ZipEntry[] = [];
  let at = 0;
  while (at + ENTRY_BYTES <= directory.length && view.getUint32(at, true) === ENTRY_SIGNATURE) {
    const nameLength = view.getUint16(at + 28, true);
    const start = at + ENTRY_BYTES;
    const isUtf8 = (view.getUint16(at + 8, true) & UTF8_FLAG) !== 0;
    const decoder = new TextDecoder(isUtf8 ? "utf-8" : "windows-1252");
    const name = decoder.decode(directory.subarray(start, start + nameLength));
    found.push({
      name,
      packedBytes: view.getUint32(at + 20, true),
      sizeBytes: view.getUint32(at + 24, true),
      isFolder: name.endsWith("/"),
    });
    at = start + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return found;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
