import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { type Place, readStart } from "../../api/objects";
import type { ObjectInfo } from "../../api/schema.gen";

export const STEP_BYTES = 256 * 1024;

/** The first bytes of an object, as many as were asked for; `more` asks for the next step. */
export function useStartBytes(place: Place, info: ObjectInfo, firstBytes: number = STEP_BYTES) {
  const [limitBytes, setLimitBytes] = useState(firstBytes);
  const query = useQuery({
    queryKey: ["start", place.backend, place.bucket, info.key, info.etag, limitBytes],
    queryFn: ({ signal }) => readStart(place, { key: info.key, limitBytes, signal }),
    placeholderData: keepPreviousData,
    staleTime: Infinity,
  });
  const readBytes = query.data?.length ?? 0;
  return {
    query,
    bytes: query.data ?? NO_BYTES,
    readBytes,
    isCut: readBytes < info.size,
    more: () => setLimitBytes(limitBytes + Math.min(firstBytes, STEP_BYTES)),
  };
}

const NO_BYTES = new Uint8Array();

/** The start of an object's text. */
export function useStart(place: Place, info: ObjectInfo, firstBytes: number = STEP_BYTES) {
  const start = useStartBytes(place, info, firstBytes);
  const text = useMemo(() => decode(start.bytes), [start.bytes]);
  return { ...start, text };
}

/** UTF-8 or, with a byte order mark, UTF-16; a character cut at the end is left out. */
function decode(bytes: Uint8Array<ArrayBuffer>): string {
  const [first, second] = bytes;
  const isLittle = first === 0xff && second === 0xfe;
  const isBig = first === 0xfe && second === 0xff;
  const encoding = isLittle ? "utf-16le" : isBig ? "utf-16be" : "utf-8";
  return new TextDecoder(encoding).decode(bytes, { stream: true });
}
