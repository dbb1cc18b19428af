/** The drawing of a QR code. */

/** Modules left free around it, as ISO/IEC 18004 asks for. */
export const QUIET = 4;

/** One path of all dark modules: what lies side by side in a row is one rectangle. */
export function qrPath(size: number, isDark: (row: number, column: number) => boolean): string {
  const parts: string[] = [];
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column < size; column += 1) {
      if (!isDark(row, column)) continue;
      const start = column;
      while (column + 1 < size && isDark(row, column + 1)) column += 1;
      const width = column - start + 1;
      parts.push(`M${start} ${row}h${width}v1h-${width}z`);
    }
  }
  return parts.join("");
}
