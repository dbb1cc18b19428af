/** How a file is cut. */

const MIB = 1024 * 1024;

/** Files up to this size go in one request. */
export const SMALL_LIMIT_BYTES = 5 * MIB;

const SMALLEST_PART_BYTES = 16 * MIB;
/** Below S3's 10 000, so that a size told a little wrong still fits. */
const MOST_PARTS = 9000;

export interface PartRange {
  number: number;
  start: number;
  end: number;
}

/** The part size for a file: 16 MiB, or as much more as it takes to need at most 9000 parts. */
export function partSizeFor(sizeBytes: number): number {
  const needed = Math.ceil(sizeBytes / MOST_PARTS / MIB) * MIB;
  return Math.max(SMALLEST_PART_BYTES, needed);
}

/** The parts of a file in order, numbered from 1; the last one may be shorter. */
export function cutIntoParts(sizeBytes: number, partSizeBytes: number): PartRange[] {
  const count = Math.ceil(sizeBytes / partSizeBytes);
  return Array.from({ length: count }, (_, index) => ({
    number: index + 1,
    start: index * partSizeBytes,
    end: Math.min(sizeBytes, (index + 1) * partSizeBytes),
  }));
}
