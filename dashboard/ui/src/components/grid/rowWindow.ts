/** Which rows are drawn. All rows have one height, so it is arithmetic on the scroll position. */

export interface Shown {
  /** The first row in view, and how many there is room for. */
  first: number;
  room: number;
}

export interface DrawnRow {
  index: number;
  /** Distance from the first row, and height, in pixels. */
  start: number;
  size: number;
}

const OVERSCAN_ROWS = 8;

/** The rows in view, some before and after them, and one that stays drawn wherever it is. */
export function drawnRows(
  { first, room }: Shown,
  { count, kept, size }: { count: number; kept: number; size: number },
): DrawnRow[] {
  const from = Math.max(0, Math.min(first, count - room) - OVERSCAN_ROWS);
  const to = Math.min(count, first + room + OVERSCAN_ROWS);
  const indexes = Array.from({ length: Math.max(0, to - from) }, (_, at) => from + at);
  if (kept < count && kept < from) indexes.unshift(kept);
  if (kept < count && kept >= Math.max(from, to)) indexes.push(kept);
  return indexes.map((index) => ({ index, start: index * size, size }));
}

/** Where to scroll so that a row is in view, below the header that sticks to the top. */
export function scrolledTo(
  index: number,
  { top, height, size }: { top: number; height: number; size: number },
): number {
  const start = index * size;
  // The header is as high as a row, and stands before the first one.
  const end = start + 2 * size;
  if (start < top) return start;
  return end > top + height ? end - height : top;
}
