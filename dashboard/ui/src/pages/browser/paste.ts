import type { LevelName } from "../../api/schema.gen";
import { carried } from "../../lib/carried";
import type { Browser } from "./useBrowser";

/** Asks to put down here what is carried; false where nothing is, or nothing may be written. */
export function paste(browser: Browser, can: (level: LevelName) => boolean): boolean {
  const rows = carried.get();
  if (rows === null || !can("write")) return false;
  const { place, prefix } = browser;
  browser.askToPut(rows.kind, rows.keys, { ...place, prefix }, rows.from);
  return true;
}
