/** Tags while they are edited: pairs in order, which may still be wrong. */
import type { TextKey } from "../../lib/i18n";

export type Pair = [name: string, value: string];

export const MOST_TAGS = 10;

/** Why the pairs cannot be saved yet; null if they can. */
export function judgePairs(pairs: readonly Pair[]): TextKey | null {
  const names = pairs.map(([name]) => name.trim());
  if (names.includes("")) return "tags.noName";
  return new Set(names).size < names.length ? "tags.twice" : null;
}

export function toRecord(pairs: readonly Pair[]): Record<string, string> {
  return Object.fromEntries(pairs.map(([name, value]) => [name.trim(), value]));
}
