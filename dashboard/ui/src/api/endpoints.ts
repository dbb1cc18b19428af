/** Backends as administrators set them up. */
import { queryOptions } from "@tanstack/react-query";
import { get, patch, post, remove } from "./client";
import { path } from "./path";
import type {
  Endpoint,
  EndpointCreate,
  EndpointList,
  EndpointPatch,
  EndpointTest,
  EndpointTestResult,
} from "./schema.gen";

export const endpointsQuery = queryOptions({
  queryKey: ["endpoints"],
  queryFn: ({ signal }) => get<EndpointList>("/api/admin/backends", { signal }),
  select: (answer: EndpointList) => answer.backends,
});

/** What a change of a backend makes out of date. */
export const ENDPOINT_STALE = [["endpoints"], ["backends"]] as const;

export const createEndpoint = (body: EndpointCreate) =>
  post<Endpoint>("/api/admin/backends", { body });
export const updateEndpoint = (id: string, body: EndpointPatch) =>
  patch<Endpoint>(path`/api/admin/backends/${id}`, { body });
export const deleteEndpoint = (id: string) => remove(path`/api/admin/backends/${id}`);
export const testEndpoint = (body: EndpointTest) =>
  post<EndpointTestResult>("/api/admin/backends/test", { body });
