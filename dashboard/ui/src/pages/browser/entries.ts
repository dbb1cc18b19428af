/** The rows of the object browser: folders and objects of one level. */
import type { ObjectList } from "../../api/schema.gen";
import { baseName } from "../../lib/keys";
import type { ObjectSort } from "../search";

export interface FolderEntry {
  kind: "folder";
  key: string;
  name: string;
  /** True where everything in it was deleted. */
  isGone?: boolean;
}

export interface ObjectEntry {
  kind: "object";
  key: string;
  name: string;
  sizeBytes: number;
  modified: string | undefined;
  storageClass: string | undefined;
}

/** An object that a delete marker hides. */
export interface DeletedEntry {
  kind: "deleted";
  key: string;
  name: string;
  /** What would come back, and when it was deleted. */
  sizeBytes: number;
  modified: string | undefined;
  /** The marker's. */
  versionId: string;
}

export type Entry = FolderEntry | ObjectEntry | DeletedEntry;

/** Whether it can only be looked at and brought back. */
export function isGhost(entry: Entry): boolean {
  return entry.kind === "deleted" || (entry.kind === "folder" && entry.isGone === true);
}

/** Folders first, then objects, each in the store's order; the folder's own marker is left out. */
export function toEntries(pages: readonly ObjectList[], prefix: string): Entry[] {
  const folders = new Set(pages.flatMap((page) => page.common_prefixes));
  const objects = pages.flatMap((page) => page.objects).filter(({ key }) => key !== prefix);
  return [
    ...[...folders].map((key): Entry => ({ kind: "folder", key, name: baseName(key) })),
    ...objects.map((object): Entry => ({
      kind: "object",
      key: object.key,
      name: object.key.slice(object.key.lastIndexOf("/") + 1),
      sizeBytes: object.size,
      modified: object.last_modified,
      storageClass: object.storage_class,
    })),
  ];
}

/** Entries of one level that were asked for in two ways, each once, in the store's order. */
export function mergeEntries(some: readonly Entry[], others: readonly Entry[]): Entry[] {
  const known = new Set(some.map(({ key }) => key));
  const fresh = others.filter(({ key }) => !known.has(key));
  if (fresh.length === 0) return [...some];
  return [...some, ...fresh].sort((a, b) => {
    const isFolder = a.kind === "folder";
    if (isFolder !== (b.kind === "folder")) return isFolder ? -1 : 1;
    return compare(a.key, b.key);
  });
}

/** Sorted within folders and within objects; folders stay on top. `name` is the store's order. */
export function sortEntries(entries: readonly Entry[], sort: ObjectSort): readonly Entry[] {
  if (sort === "name") return entries;
  const sign = sort.startsWith("-") ? -1 : 1;
  const column = sort.replace("-", "");
  return [...entries].sort((a, b) => {
    if (a.kind === "folder" || b.kind === "folder") {
      if (a.kind !== b.kind) return a.kind === "folder" ? -1 : 1;
      return column === "name" ? sign * compare(a.key, b.key) : 0;
    }
    if (column === "size") return sign * (a.sizeBytes - b.sizeBytes);
    if (column === "modified") return sign * compare(a.modified ?? "", b.modified ?? "");
    return sign * compare(a.key, b.key);
  });
}

/** Entries whose name has the text in it, whatever the case. */
export function filterEntries(entries: readonly Entry[], filter: string): readonly Entry[] {
  if (filter === "") return entries;
  const wanted = filter.toLocaleLowerCase();
  return entries.filter(({ name }) => name.toLocaleLowerCase().includes(wanted));
}

/** How many objects and bytes of a selection are known; folders count as themselves. */
export function sumEntries(entries: readonly Entry[]) {
  const objects = entries.filter((entry) => entry.kind === "object");
  const sizeBytes = objects.reduce((sum, entry) => sum + entry.sizeBytes, 0);
  const folders = entries.filter((entry) => entry.kind === "folder" && !isGhost(entry)).length;
  return { objects: objects.length, folders, sizeBytes };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
