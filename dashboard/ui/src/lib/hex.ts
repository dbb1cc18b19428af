/** Bytes as numbers and, beside them, as the characters they may be. */

export interface HexRow {
  /** Where the first byte of the row stands. */
  offset: number;
  hex: string;
  text: string;
}

/** Rows of so many bytes; the last one may be shorter, its numbers padded to the same width. */
export function hexRows(bytes: Uint8Array, perRow: number): HexRow[] {
  const rows: HexRow[] = [];
  for (let offset = 0; offset < bytes.length; offset += perRow) {
    const row = [...bytes.subarray(offset, offset + perRow)];
    const hex = row.map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    const text = row.map(printable).join("");
    rows.push({ offset, hex: hex.padEnd(perRow * 3 - 1), text });
  }
  return rows;
}

/** ASCII as it is, everything else as a dot. */
function printable(byte: number): string {
  return byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "·";
}

/**
 * Whether bytes are the beginning of a text: UTF-8 without control characters that no text has.
 * A character that the cut halved counts as whole; no bytes at all are no text.
 */
export function looksLikeText(bytes: Uint8Array): boolean {
  if (bytes.length === 0) return false;
  if (bytes.some((byte) => byte < 0x20 && !TEXT_CONTROLS.has(byte))) return false;
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/** Tab, line feed, form feed, carriage return, and the escape of coloured logs. */
const TEXT_CONTROLS = new Set([0x09, 0x0a, 0x0c, 0x0d, 0x1b]);
