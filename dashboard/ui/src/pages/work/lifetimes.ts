import type { TextKey } from "../../lib/i18n";

const DAY_MS = 24 * 3600 * 1000;

/** How long a link may live, in days; 0 is for ever. */
export const LIFETIMES: readonly (readonly [days: number, text: TextKey])[] = [
  [1, "share.day"],
  [7, "share.week"],
  [30, "share.month"],
  [90, "share.quarter"],
  [0, "share.endless"],
];

/** A moment so many days after another, as the API writes it. */
export function isoIn(from: number, days: number): string {
  return new Date(from + days * DAY_MS).toISOString().replace(/\.\d+Z$/, "Z");
}
