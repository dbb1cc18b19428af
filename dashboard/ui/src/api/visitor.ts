/** What somebody with a link may call; no session is involved. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { get, post, sendBytes } from "./client";
import { path, withQuery } from "./path";
import type { SentName, SharedItem, SharedListing } from "./schema.gen";

export const sharedQuery = (code: string) =>
  queryOptions({
    queryKey: ["shared", code],
    queryFn: ({ signal }) => get<SharedItem>(path`/s/${code}/info`, { signal, interactive: false }),
    retry: false,
  });

export const unlockShared = (code: string, password: string) =>
  post<SharedItem>(path`/s/${code}/unlock`, { body: { password }, interactive: false });

export const sharedListQuery = (code: string, folder: string) =>
  infiniteQueryOptions({
    queryKey: ["shared", code, "list", folder],
    queryFn: ({ pageParam, signal }) =>
      get<SharedListing>(path`/s/${code}/list`, {
        query: { path: folder, cursor: pageParam === "" ? undefined : pageParam },
        signal,
        interactive: false,
      }),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor,
  });

/** Where a file of a share is downloaded; no path means the one object that is shared. */
export function sharedFileUrl(code: string, file = ""): string {
  return withQuery(path`/s/${code}/raw`, { path: file === "" ? undefined : file });
}

/** Where our own code and `<img>` read it; never to be framed or opened. */
export function sharedInlineUrl(code: string, file = ""): string {
  return withQuery(path`/s/${code}/raw`, { path: file === "" ? undefined : file, inline: "1" });
}

export function sharedZipUrl(code: string, folder: string): string {
  return withQuery(path`/s/${code}/zip`, { path: folder === "" ? undefined : folder });
}

/** Sends a file into a share that takes files. */
export function sendToShared(
  code: string,
  file: File,
  control: { signal: AbortSignal; onProgress: (sentBytes: number) => void },
): Promise<SentName> {
  return sendBytes(path`/s/${code}/upload`, {
    method: "PUT",
    query: { name: file.name },
    headers: { "Content-Type": file.type === "" ? "application/octet-stream" : file.type },
    body: file,
    ...control,
  });
}
