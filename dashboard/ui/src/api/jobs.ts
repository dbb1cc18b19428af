/** Long work that goes on when the page is closed. */
import { queryOptions } from "@tanstack/react-query";
import { get, post } from "./client";
import { path, withQuery } from "./path";
import type { Job, JobCreate, JobErrorList, JobList } from "./schema.gen";

const RUNNING_MS = 1000;

export type Scope = "own" | "all";

export const jobsKey = ["jobs"];

/** Jobs, the newest first; asked again every second while one of them runs. */
export const jobsQuery = (scope: Scope = "own") =>
  queryOptions({
    queryKey: [...jobsKey, scope],
    queryFn: ({ signal }) =>
      get<JobList>("/api/jobs", {
        query: { limit: 100, scope: scope === "all" ? "all" : undefined },
        signal,
      }),
    select: (answer: JobList) => answer.jobs,
    refetchInterval: ({ state }) => (state.data?.jobs.some(isOpen) === true ? RUNNING_MS : false),
  });

/** Whether a job is still to be waited for. */
export function isOpen({ state }: Job): boolean {
  return state === "queued" || state === "running";
}

export const createJob = (body: JobCreate) => post<Job>("/api/jobs", { body });
export const cancelJob = (id: string) => post<Job>(path`/api/jobs/${id}/cancel`);
export const retryJob = (id: string) => post<Job>(path`/api/jobs/${id}/retry`);

export const jobErrorsQuery = (id: string) =>
  queryOptions({
    queryKey: [...jobsKey, id, "errors"],
    queryFn: ({ signal }) => get<JobErrorList>(path`/api/jobs/${id}/errors`, { signal }),
  });

/** Where the browser saves everything that failed. */
export function jobErrorsUrl(id: string): string {
  return withQuery(path`/api/jobs/${id}/errors`, { format: "csv" });
}
