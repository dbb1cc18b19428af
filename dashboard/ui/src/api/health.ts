/** Whether this server and the backends behind it are well. */
import { queryOptions } from "@tanstack/react-query";
import { get, post } from "./client";
import { path } from "./path";
import type { EndpointTestResult, Readiness, Version } from "./schema.gen";

const LOOK_INTERVAL_MS = 15_000;
const NOT_READY = 503;

/** The server's own checks; that one fails is an answer, too. */
export const readinessQuery = queryOptions({
  queryKey: ["readiness"],
  queryFn: ({ signal }) => get<Readiness>("/readyz", { signal, alsoAnswer: NOT_READY }),
  refetchInterval: LOOK_INTERVAL_MS,
});

export const versionQuery = queryOptions({
  queryKey: ["version"],
  queryFn: ({ signal }) => get<Version>("/api/version", { signal }),
  staleTime: Infinity,
});

/** Tries a stored backend step by step, with the key it is reached with. */
export const testStoredEndpoint = (id: string) =>
  post<EndpointTestResult>(path`/api/admin/backends/${id}/test`);
