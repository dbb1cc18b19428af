import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { readStart, type Source, sourceKey } from "../../api/source";

export const STEP_BYTES = 256 * 1024;

/** The first bytes of an object, as many as were asked for; `more` asks for the next step. */
export function useStartBytes(source: Source, firstBytes: number = STEP_BYTES) {
  const [limitBytes, setLimitBytes] = useState(firstBytes);
  const query = useQuery({
    queryKey: ["start", ...sourceKey(source), limitBytes],
    queryFn: ({ signal }) => readStart(source, limitBytes, signal),
    placeholderData: keepPreviousData,
    staleTime: Infinity,
  });
  const readBytes = query.data?.length ?? 0;
  return {
    query,
    bytes: query.data ?? NO_BYTES,
    readBytes,
    isCut: readBytes < source.size,
    more: () => setLimitBytes(limitBytes + Math.min(firstBytes, STEP_BYTES)),
  };
}

const NO_BYTES = new Uint8Array();

/** The start of an object's text. */
export function useStart(source: Source, firstBytes: number = STEP_BYTES) {
  const start = useStartBytes(source, firstBytes);
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
