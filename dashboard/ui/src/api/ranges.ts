/** An object as a file of which parts are read, by what shows large objects. */
import type { ObjectInfo } from "./schema.gen";
import { type Place, readRange } from "./objects";

/** Reads bytes from `start` up to but not including `end`, always of the same object. */
export type ReadBytes = (start: number, end: number) => Promise<ArrayBuffer>;

/** How an object is read in parts; an object that was replaced meanwhile is an error. */
export function byteReader(place: Place, info: ObjectInfo, signal: AbortSignal): ReadBytes {
  return async (start, end) => {
    if (end <= start) return new ArrayBuffer();
    const range: [number, number] = [start, end - 1];
    const bytes = await readRange(place, info.key, { range, signal, etag: info.etag });
    return bytes.buffer;
  };
}
