/** Every limit, whatever it is set on: a bucket, a user, a group, a credential. */
import { queryOptions } from "@tanstack/react-query";
import { get, put, remove } from "./client";
import { path } from "./path";
import type { ListedQuota, OwnQuota, OwnQuotaList, QuotaList, QuotaPut } from "./schema.gen";

export const LIMITED = ["bucket", "user", "group", "credential"] as const;
export type Limited = (typeof LIMITED)[number];

/** What a limit is set on; a bucket is named by its place, everything else by its id. */
export interface LimitSubject {
  kind: Limited;
  backend: string;
  bucket: string;
  id: string;
}

export const quotasKey = ["quotas"];

export const quotasQuery = queryOptions({
  queryKey: quotasKey,
  queryFn: ({ signal }) => get<QuotaList>("/api/admin/quotas", { signal }),
  select: (answer: QuotaList): ListedQuota[] => answer.quotas,
});

/** The limits that what one writes is charged to. */
export const ownQuotasQuery = queryOptions({
  queryKey: ["own-quotas"],
  queryFn: ({ signal }) => get<OwnQuotaList>("/api/me/quotas", { signal }),
  select: (answer: OwnQuotaList): OwnQuota[] => answer.quotas,
});

export const putLimit = (subject: LimitSubject, body: QuotaPut) =>
  put(limitPath(subject), { body });
export const deleteLimit = (subject: LimitSubject) => remove(limitPath(subject));

function limitPath({ kind, backend, bucket, id }: LimitSubject): string {
  if (kind === "bucket") return path`/api/backends/${backend}/buckets/${bucket}/quota`;
  return path`/api/admin/quotas/${kind}/${id}`;
}
