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

/** Everything that is charted, over the last so many hours. */
export const metricsQuery = (hours: number) =>
  queryOptions({
    queryKey: ["numbers", "series", hours],
    queryFn: ({ signal }) =>
      get<MetricChart>("/api/admin/metrics", {
        query: {
          name: ["requests", "bytes", "errors", "storage_bytes"].join(","),
          from: new Date(Date.now() - hours * 3_600_000).toISOString().replace(/\.\d+Z$/, "Z"),
        },
        signal,
      }),
    refetchInterval: REFRESH_MS,
  });
