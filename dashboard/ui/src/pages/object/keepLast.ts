/** Which versions of an object go when only the newest are kept. */
import type { ObjectVersion } from "../../api/schema.gen";

/**
 * The stored versions after the newest `keep`, and markers among them, which hide nothing any
 * more. The latest entry always stays, so that what is deleted stays deleted.
 *
 * @param versions of one key, the newest first.
 * @param keep how many stored versions stay, 1 or more.
 */
export function versionsToRemove(versions: readonly ObjectVersion[], keep: number) {
  let kept = 0;
  return versions.filter((version) => {
    const isOver = kept >= keep;
    if (version.is_delete_marker !== true) kept += 1;
    return isOver && !version.is_latest;
  });
}

/** A number of versions as it is typed; null where it is none. */
export function parseKeep(text: string): number | null {
  return /^[1-9]\d{0,5}$/.test(text.trim()) ? Number(text) : null;
}
