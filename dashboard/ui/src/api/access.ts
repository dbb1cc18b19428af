/** Groups, grants, and what they come to. */
import { queryOptions } from "@tanstack/react-query";
import { get, patch, post, remove } from "./client";
import { loadErrorTexts } from "./errorText";
import { path } from "./path";
import type {
  Decision,
  EffectiveAccess,
  GrantCreate,
  GrantList,
  GrantPatch,
  Group,
  GroupBody,
  GroupList,
  PastDecision,
  StoredGrant,
} from "./schema.gen";

const PAGE = 500;

/** All pages of a list that is small enough to be held whole. */
async function everyPage<Page extends { next_cursor?: string }>(
  load: (cursor: string | undefined) => Promise<Page>,
): Promise<Page[]> {
  const pages: Page[] = [];
  let cursor: string | undefined;
  do {
    const page = await load(cursor);
    pages.push(page);
    cursor = page.next_cursor;
  } while (cursor !== undefined);
  return pages;
}

export const groupsKey = ["groups"];
export const groupsQuery = queryOptions({
  queryKey: groupsKey,
  queryFn: ({ signal }) =>
    everyPage((cursor) =>
      get<GroupList>("/api/admin/groups", { query: { limit: PAGE, cursor }, signal }),
    ),
  select: (pages): Group[] => pages.flatMap((page) => page.groups),
});

export const getGroup = (id: string) => get<Group>(path`/api/admin/groups/${id}`);
export const createGroup = (body: GroupBody) => post<Group>("/api/admin/groups", { body });
export const updateGroup = (id: string, body: GroupBody) =>
  patch<Group>(path`/api/admin/groups/${id}`, { body });
export const deleteGroup = (id: string) => remove(path`/api/admin/groups/${id}`);

export const grantsKey = ["grants"];
export const grantsQuery = queryOptions({
  queryKey: grantsKey,
  queryFn: ({ signal }) =>
    everyPage((cursor) =>
      get<GrantList>("/api/admin/grants", { query: { limit: PAGE, cursor }, signal }),
    ),
  select: (pages): StoredGrant[] => pages.flatMap((page) => page.grants),
});

export const createGrant = (body: GrantCreate) => post<StoredGrant>("/api/admin/grants", { body });
export const updateGrant = (id: string, body: GrantPatch) =>
  patch<StoredGrant>(path`/api/admin/grants/${id}`, { body });
export const deleteGrant = (id: string) => remove(path`/api/admin/grants/${id}`);

export const userAccessQuery = (id: string) =>
  queryOptions({
    queryKey: ["access-of", id],
    queryFn: ({ signal }) => get<EffectiveAccess>(path`/api/admin/users/${id}/access`, { signal }),
  });

export const ownAccessQuery = queryOptions({
  queryKey: ["me", "access"],
  queryFn: ({ signal }) => get<EffectiveAccess>("/api/me/access", { signal }),
});

/** How an S3 request ended and why; others than administrators may ask about their own keys. */
export const requestQuery = (id: string, { isAdmin }: { isAdmin: boolean }) =>
  queryOptions({
    queryKey: ["requests", id],
    queryFn: async ({ signal }) => {
      await loadErrorTexts();
      const base = isAdmin ? "/api/admin/access/requests" : "/api/me/access/requests";
      return get<PastDecision>(`${base}/${encodeURIComponent(id)}`, { signal });
    },
    retry: false,
  });

export interface AccessQuestion {
  /** A user id, an access key, or `anonymous`. */
  principal: string;
  action: string;
  backend_id?: string | undefined;
  bucket?: string | undefined;
  key?: string | undefined;
}

/** Whether somebody may do something now, and which rules say so. */
export const explainQuery = (question: AccessQuestion) =>
  queryOptions({
    queryKey: ["explain", question],
    queryFn: async ({ signal }) => {
      // A "no" is told in the registry's words.
      await loadErrorTexts();
      return get<Decision>("/api/admin/access/explain", { query: { ...question }, signal });
    },
    retry: false,
    staleTime: 0,
  });
