/** An upload that is large enough to be looked at before it begins. */
import { createStore } from "../store";
import type { Dropped } from "./entries";

const MANY_FILES = 100;
const MANY_BYTES = 1024 ** 3;

export interface Pending {
  place: { backend: string; bucket: string };
  prefix: string;
  dropped: Dropped;
}

/** What waits for a word; null while nothing does. */
export const pending = createStore<Pending | null>(null);

export function sumBytes({ files }: Dropped): number {
  return files.reduce((sum, { file }) => sum + file.size, 0);
}

/** Whether it is asked about first: a slip of the hand would cost much. */
export function isLarge(dropped: Dropped): boolean {
  return dropped.files.length > MANY_FILES || sumBytes(dropped) > MANY_BYTES;
}
