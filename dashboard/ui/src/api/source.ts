/** An object whose bytes can be looked at: the one of a key, a version of it, or through a link. */
import { getBytes } from "./client";
import { inlineUrl, downloadUrl, type Place } from "./objects";
import type { ObjectInfo, ObjectVersion } from "./schema.gen";

export interface Source {
  /** The whole key, or what a visitor is told of it. */
  name: string;
  size: number;
  contentType: string | undefined;
  /** Absent where nobody said which bytes are meant. */
  etag: string | undefined;
  /** Where our own code, `<img>` and players read; never to be framed or opened. */
  inlineUrl: string;
  downloadUrl: string;
}

/** Reads bytes from `start` up to but not including `end`, always of the same object. */
export type ReadBytes = (start: number, end: number) => Promise<ArrayBuffer>;

export function objectSource(place: Place, info: ObjectInfo): Source {
  return {
    name: info.key,
    size: info.size,
    contentType: info.content_type,
    etag: info.etag,
    inlineUrl: inlineUrl(place, info.key),
    downloadUrl: downloadUrl(place, info.key),
  };
}

/** What the object was before; of its type nothing is known but what the key says. */
export function versionSource(place: Place, key: string, version: ObjectVersion): Source {
  return {
    name: key,
    size: version.size,
    contentType: undefined,
    etag: version.etag,
    inlineUrl: inlineUrl(place, key, version.version_id),
    downloadUrl: downloadUrl(place, key, version.version_id),
  };
}

/** What tells the bytes from all others, for what is kept of them. */
export function sourceKey({ inlineUrl: address, etag }: Source): readonly string[] {
  return [address, etag ?? ""];
}

/** The first bytes, at most so many. */
export function readStart(
  { inlineUrl: address }: Source,
  limitBytes: number,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  return getBytes(address, { range: [0, limitBytes - 1], signal });
}

/** How it is read in parts; one that was replaced meanwhile is an error. */
export function byteReader({ inlineUrl: address, etag }: Source, signal: AbortSignal): ReadBytes {
  const headers = etag === undefined ? {} : { "If-Match": etag };
  return async (start, end) => {
    if (end <= start) return new ArrayBuffer();
    const bytes = await getBytes(address, { range: [start, end - 1], signal, headers });
    return bytes.buffer;
  };
}
