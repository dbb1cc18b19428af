/** The audit log; administrators only. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { get } from "./client";
import { withQuery } from "./path";
import type { AuditHistogram, AuditPage } from "./schema.gen";

const PAGE_EVENTS = 200;
const EXPORT_EVENTS = 1_000_000;
const TAIL_MS = 3000;

export const auditKey = ["audit"];

export interface AuditFilter {
  user?: string;
  action?: string;
  backend?: string;
  bucket?: string;
  key_prefix?: string;
  status?: string;
  ip?: string;
  request_id?: string;
  from?: string;
  to?: string;
}

/** Events that match, the newest first, page after page. */
export const auditQuery = (filter: AuditFilter) =>
  infiniteQueryOptions({
    queryKey: [...auditKey, filter],
    queryFn: ({ pageParam, signal }) =>
      get<AuditPage>("/api/admin/audit", {
        query: { ...filter, limit: PAGE_EVENTS, cursor: pageParam === "" ? undefined : pageParam },
        signal,
      }),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor,
  });

/** How much of what matches happened when; of the last day where the filter names no time. */
export const auditHistogramQuery = (filter: AuditFilter) =>
  queryOptions({
    queryKey: [...auditKey, "histogram", filter],
    queryFn: ({ signal }) =>
      get<AuditHistogram>("/api/admin/audit/histogram", { query: { ...filter }, signal }),
  });

/** What came behind an event, the first first; asked for again and again. */
export const auditTailQuery = (filter: AuditFilter, after: number) =>
  queryOptions({
    queryKey: [...auditKey, "tail", filter, after],
    queryFn: ({ signal }) =>
      get<AuditPage>("/api/admin/audit", {
        query: { ...filter, limit: PAGE_EVENTS, after_id: after },
        signal,
      }),
    refetchInterval: TAIL_MS,
    staleTime: 0,
    gcTime: 0,
  });

/** A user's last sign-ins, the newest first. */
export const signInsQuery = (user: string, limit: number) =>
  queryOptions({
    queryKey: ["audit", "sign-ins", user],
    queryFn: ({ signal }) =>
      get<AuditPage>("/api/admin/audit", { query: { user, action: "auth.login", limit }, signal }),
    select: (page: AuditPage) => page.events,
  });

/** Where the browser downloads exactly what the filter matches. */
export function auditCsvUrl(filter: AuditFilter): string {
  return withQuery("/api/admin/audit.csv", { ...filter, limit: EXPORT_EVENTS });
}
