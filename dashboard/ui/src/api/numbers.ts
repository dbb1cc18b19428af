/** Numbers for administrators: the last day, and series over a range. */
import { queryOptions } from "@tanstack/react-query";
import { get } from "./client";
import type { AdminDashboard, MetricChart } from "./schema.gen";

const REFRESH_MS = 30_000;

export const dashboardQuery = queryOptions({
  queryKey: ["numbers", "day"],
  queryFn: ({ signal }) => get<AdminDashboard>("/api/admin/dashboard", { signal }),
  refetchInterval: REFRESH_MS,
});

const CHARTED = ["requests", "latency", "bytes", "errors", "storage_bytes"].join(",");

/** The last so many hours, or the time between two moments. */
export type ChartedTime = { hours: number } | { from: string; to: string };

/** Everything that is charted; what ends now is asked for again and again. */
export const metricsQuery = (time: ChartedTime) =>
  queryOptions({
    queryKey: ["numbers", "series", time],
    queryFn: ({ signal }) => {
      const query = "hours" in time ? { from: ago(time.hours) } : time;
      return get<MetricChart>("/api/admin/metrics", { query: { name: CHARTED, ...query }, signal });
    },
    refetchInterval: "hours" in time ? REFRESH_MS : false,
  });

function ago(hours: number): string {
  return new Date(Date.now() - hours * 3_600_000).toISOString().replace(/\.\d+Z$/, "Z");
}
