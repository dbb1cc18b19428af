/** Links for people without an account. */
import { queryOptions } from "@tanstack/react-query";
import { get, patch, post, remove } from "./client";
import { path } from "./path";
import type { Share, ShareCreate, ShareList, SharePatch } from "./schema.gen";

export const sharesKey = ["shares"];

export const sharesQuery = (scope: "own" | "all") =>
  queryOptions({
    queryKey: [...sharesKey, scope],
    queryFn: ({ signal }) =>
      get<ShareList>("/api/shares", {
        query: { limit: 500, scope: scope === "all" ? "all" : undefined },
        signal,
      }),
    select: (answer: ShareList) => answer.shares,
  });

export const createShare = (body: ShareCreate) => post<Share>("/api/shares", { body });
export const updateShare = (id: string, body: SharePatch) =>
  patch<Share>(path`/api/shares/${id}`, { body });
export const revokeShare = (id: string) => remove(path`/api/shares/${id}`);
