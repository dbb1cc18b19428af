/** What was deleted in one level of a bucket and can be brought back. */
import type { ObjectVersion, VersionPage } from "../../api/schema.gen";
import { baseName } from "../../lib/keys";
import type { DeletedEntry, Entry, FolderEntry } from "../browser/entries";

/**
 * Deleted objects, and folders that are no longer listed. A marker without a version below brings
 * nothing back and is left out; at the end of what is loaded its versions may be still to come.
 */
export function toGhosts(
  pages: readonly VersionPage[],
  { prefix, listed, isListed }: { prefix: string; listed: ReadonlySet<string>; isListed: boolean },
): Entry[] {
  const versions = pages.flatMap((page) => page.versions);
  const isWhole = pages.at(-1)?.is_truncated === false;
  const lastKey = isWhole ? undefined : versions.at(-1)?.key;
  const below = newestBelow(versions);
  const objects = versions
    .filter((one) => one.is_latest && one.is_delete_marker === true && one.key !== prefix)
    // Stores on a file system keep a folder as an object of its own.
    .filter(({ key }) => !key.endsWith("/"))
    .filter(({ key }) => below.has(key) || key === lastKey)
    .map((marker) => toEntry(marker, below.get(marker.key)));
  const folders = isListed ? pages.flatMap((page) => page.common_prefixes) : [];
  const gone = [...new Set(folders)]
    .filter((key) => !listed.has(key))
    .map((key): FolderEntry => ({ kind: "folder", key, name: baseName(key), isGone: true }));
  return [...gone, ...objects];
}

/** The newest version of each key that is no marker; the store lists the newest first. */
function newestBelow(versions: readonly ObjectVersion[]): Map<string, ObjectVersion> {
  const found = new Map<string, ObjectVersion>();
  for (const version of versions) {
    if (version.is_delete_marker !== true && !found.has(version.key)) {
      found.set(version.key, version);
    }
  }
  return found;
}

function toEntry(marker: ObjectVersion, below: ObjectVersion | undefined): DeletedEntry {
  return {
    kind: "deleted",
    key: marker.key,
    name: marker.key.slice(marker.key.lastIndexOf("/") + 1),
    sizeBytes: below?.size ?? 0,
    modified: marker.last_modified,
    versionId: marker.version_id,
  };
}
