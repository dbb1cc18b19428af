/** Objects of a bucket: listing, reading, deleting, and the addresses to download them from. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { get, post } from "./client";
import { path, withQuery } from "./path";
import type { DeleteResult, FailedKey, ObjectInfo, ObjectList } from "./schema.gen";

const FIRST_PAGE_KEYS = 1000;
const NEXT_PAGE_KEYS = 10_000;
export const KEYS_PER_DELETE = 1000;

export interface Place {
  backend: string;
  bucket: string;
}

/** Where the calls of a bucket begin. */
export const objectBase = ({ backend, bucket }: Place) =>
  path`/api/backends/${backend}/buckets/${bucket}`;
const base = objectBase;

export const listingKey = ({ backend, bucket }: Place, prefix?: string) =>
  prefix === undefined ? ["objects", backend, bucket] : ["objects", backend, bucket, prefix];

/** One level of a bucket, page after page. */
export const listingQuery = (place: Place, prefix: string) =>
  infiniteQueryOptions({
    queryKey: listingKey(place, prefix),
    queryFn: ({ pageParam, signal }) =>
      get<ObjectList>(`${base(place)}/objects`, {
        query: {
          prefix,
          token: pageParam === "" ? undefined : pageParam,
          max_keys: pageParam === "" ? FIRST_PAGE_KEYS : NEXT_PAGE_KEYS,
        },
        signal,
      }),
    initialPageParam: "",
    getNextPageParam: (page) => (page.is_truncated ? page.next_continuation_token : undefined),
  });

export const objectQuery = (place: Place, key: string) =>
  queryOptions({
    queryKey: ["object", place.backend, place.bucket, key],
    queryFn: ({ signal }) =>
      get<ObjectInfo>(`${base(place)}/object/info`, { query: { key }, signal }),
  });

/** Where the browser downloads an object; the answer is an attachment. */
export function downloadUrl(place: Place, key: string, version?: string): string {
  return withQuery(`${base(place)}/object`, { key, version_id: version });
}

/** Where the browser downloads a few objects and folders as one archive; for many, a ticket. */
export function zipUrl(place: Place, keys: readonly string[]): string {
  return withQuery(`${base(place)}/objects/zip`, { key: keys });
}

/** Where an `<img>` reads an object; never to be framed or opened. */
export function inlineUrl(place: Place, key: string, version?: string): string {
  const query = { key, version_id: version, disposition: "inline" };
  return withQuery(`${base(place)}/object`, query);
}

export function createFolder(place: Place, key: string): Promise<ObjectInfo> {
  return post(`${base(place)}/objects/folder`, { body: { key } });
}

/** Deletes any number of objects; answers those that could not be deleted. */
export async function deleteObjects(place: Place, keys: readonly string[]): Promise<FailedKey[]> {
  const failed: FailedKey[] = [];
  for (let start = 0; start < keys.length; start += KEYS_PER_DELETE) {
    const batch = keys.slice(start, start + KEYS_PER_DELETE).map((key) => ({ key }));
    const body = { keys: batch };
    const result = await post<DeleteResult>(`${base(place)}/objects/delete`, { body });
    failed.push(...result.errors);
  }
  return failed;
}

/**
 * Takes away folders that the store still shows although nothing is in them any more: stores on a
 * file system (SeaweedFS among them) keep directories. Other stores are only asked, not changed.
 */
export async function deleteEmptyFolders(place: Place, prefix: string): Promise<void> {
  const isShown = (await levelOf(place, prefix.slice(0, -1))).common_prefixes.includes(prefix);
  if (!isShown || (await levelOf(place, prefix)).objects.length > 0) return;
  for (const folder of await foldersBelow(place, prefix)) await deleteObjects(place, [folder]);
}

/** The folder and all in it that is shown as one, the deepest first. */
async function foldersBelow(place: Place, prefix: string): Promise<string[]> {
  const { common_prefixes: inner } = await levelOf(place, prefix);
  const below = await Promise.all(inner.map((folder) => foldersBelow(place, folder)));
  return [...below.flat(), prefix];
}

function levelOf(place: Place, prefix: string): Promise<ObjectList> {
  return get(`${base(place)}/objects`, { query: { prefix } });
}

/** Every object below a prefix, with its size. */
export async function listBelow(
  place: Place,
  prefix: string,
  signal: AbortSignal,
): Promise<ObjectInfo[]> {
  const found: ObjectInfo[] = [];
  let token: string | undefined;
  do {
    const query = { prefix, delimiter: "", token, max_keys: NEXT_PAGE_KEYS };
    const page = await get<ObjectList>(`${base(place)}/objects`, { query, signal });
    found.push(...page.objects);
    token = page.is_truncated ? page.next_continuation_token : undefined;
  } while (token !== undefined);
  return found;
}
