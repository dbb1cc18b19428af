/** Whether this server and the backends behind it are well. */
import { queryOptions } from "@tanstack/react-query";
import { get, post } from "./client";
import { path } from "./path";
import type {
  EndpointTestResult,
  MetricChart,
  MetricSeries,
  Readiness,
  ServerCondition,
  Version,
} from "./schema.gen";

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

/** Disks, certificates and clocks, and when they were looked at, in milliseconds. */
export interface Condition extends ServerCondition {
  readAt: number;
}

/** Every backend is connected to for it, so it is asked for once and not again and again. */
export const conditionQuery = queryOptions({
  queryKey: ["backends", "condition"],
  queryFn: async ({ signal }): Promise<Condition> => {
    const found = await get<ServerCondition>("/api/admin/health", { signal });
    return { ...found, readAt: Date.now() };
  },
  staleTime: 60_000,
});

/** Probes over time, and when they were read, in seconds since the epoch. */
export interface Probes {
  series: MetricSeries[];
  readAt: number;
}

const WEEK_MS = 7 * 24 * 3_600_000;

/** How many probes of each backend were answered and failed, over seven days. */
export const probesQuery = queryOptions({
  queryKey: ["numbers", "probes"],
  queryFn: async ({ signal }): Promise<Probes> => {
    const now = Date.now();
    const from = new Date(now - WEEK_MS).toISOString().replace(/\.\d+Z$/, "Z");
    const query = { name: "probes", from };
    const { series } = await get<MetricChart>("/api/admin/metrics", { query, signal });
    return { series, readAt: now / 1000 };
  },
  refetchInterval: 60_000,
});

/** Tries a stored backend step by step, with the key it is reached with. */
export const testStoredEndpoint = (id: string) =>
  post<EndpointTestResult>(path`/api/admin/backends/${id}/test`);
