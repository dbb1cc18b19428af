/** What belongs to one object beside its bytes: versions, tags, copies, signed addresses. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { get, post, put } from "./client";
import { KEYS_PER_DELETE, objectBase, type Place } from "./objects";
import type {
  CopyResult,
  DeleteResult,
  MetadataPut,
  ObjectCopy,
  ObjectInfo,
  PresignCreate,
  PresignedUrl,
  Tags,
  VersionList,
  VersionPage,
} from "./schema.gen";

export const versionsQuery = (place: Place, key: string) =>
  queryOptions({
    queryKey: ["versions", place.backend, place.bucket, key],
    queryFn: ({ signal }) =>
      get<VersionList>(`${objectBase(place)}/object/versions`, { query: { key }, signal }),
    select: (answer: VersionList) => answer.versions,
    staleTime: 0,
  });

export const deletedKey = ({ backend, bucket }: Place) => ["deleted", backend, bucket];

/** The versions in one level of a bucket, delete markers among them, page after page. */
export const deletedQuery = (place: Place, prefix: string) =>
  infiniteQueryOptions({
    queryKey: [...deletedKey(place), prefix],
    queryFn: ({ pageParam, signal }) =>
      get<VersionPage>(`${objectBase(place)}/versions`, {
        query: { prefix, delimiter: "/", token: pageParam === "" ? undefined : pageParam },
        signal,
      }),
    initialPageParam: "",
    getNextPageParam: (page) => (page.is_truncated ? page.next_token : undefined),
    staleTime: 0,
  });

export const tagsQuery = (place: Place, key: string) =>
  queryOptions({
    queryKey: ["tags", place.backend, place.bucket, key],
    queryFn: ({ signal }) =>
      get<Tags>(`${objectBase(place)}/object/tags`, { query: { key }, signal }),
    select: (answer: Tags) => answer.tags,
  });

export function putTags(place: Place, key: string, tags: Record<string, string>) {
  return put(`${objectBase(place)}/object/tags`, { query: { key }, body: { tags } });
}

/** Changes what is stored with an object; refused where it has another ETag meanwhile. */
export function putMetadata(
  place: Place,
  key: string,
  { etag, ...body }: MetadataPut & { etag: string },
): Promise<ObjectInfo> {
  const headers = { "If-Match": etag };
  return put(`${objectBase(place)}/object/metadata`, { query: { key }, body, headers });
}

export function copyObject(place: Place, body: ObjectCopy): Promise<CopyResult> {
  return post(`${objectBase(place)}/object/copy`, { body });
}

export function presign(place: Place, body: PresignCreate): Promise<PresignedUrl> {
  return post(`${objectBase(place)}/presign`, { body });
}

/** Lays a version on top of the others; nothing is lost. */
export function restoreVersion(place: Place, key: string, version_id: string) {
  return copyObject(place, { src_key: key, dst_key: key, version_id });
}

/** Takes one version, or the marker of a deletion, away for good. */
export function deleteVersion(place: Place, key: string, version_id: string): Promise<void> {
  return deleteVersions(place, [{ key, version_id }]);
}

/** The markers that a deletion has just left; empty where the bucket keeps no versions. */
export async function deleteMarkers(
  place: Place,
  keys: readonly string[],
): Promise<{ key: string; version_id: string }[]> {
  const [first, ...others] = keys;
  if (first === undefined) return [];
  const found = await markerOf(place, first);
  // A bucket keeps versions of all its objects or of none.
  if (found === null) return [];
  const rest = await Promise.all(others.map((key) => markerOf(place, key)));
  return [found, ...rest].filter((marker) => marker !== null);
}

async function markerOf(place: Place, key: string) {
  const query = { key };
  const { versions } = await get<VersionList>(`${objectBase(place)}/object/versions`, { query });
  const marker = versions.find(({ is_latest }) => is_latest);
  return marker?.is_delete_marker === true ? { key, version_id: marker.version_id } : null;
}

/** Takes versions away for good; markers too, which brings the objects back. Fails if one stayed. */
export async function deleteVersions(
  place: Place,
  versions: readonly { key: string; version_id: string }[],
): Promise<void> {
  for (let start = 0; start < versions.length; start += KEYS_PER_DELETE) {
    const batch = versions.slice(start, start + KEYS_PER_DELETE);
    const body = { keys: batch.map(({ key, version_id }) => ({ key, version_id })) };
    const { errors } = await post<DeleteResult>(`${objectBase(place)}/objects/delete`, { body });
    const [failed] = errors;
    if (failed !== undefined) throw new Error(failed.message ?? failed.code);
  }
}
