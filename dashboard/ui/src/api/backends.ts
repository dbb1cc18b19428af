/** Backends, their health and their buckets. */
import { queryOptions } from "@tanstack/react-query";
import { get, post, remove } from "./client";
import { path } from "./path";
import type {
  BackendHealth,
  BackendList,
  BucketAccess,
  BucketCreate,
  BucketCreated,
  BucketList,
  EndpointHealthList,
} from "./schema.gen";

const PROBE_INTERVAL_MS = 60_000;

export const backendsQuery = queryOptions({
  queryKey: ["backends"],
  queryFn: ({ signal }) => get<BackendList>("/api/backends", { signal }),
  select: (answer: BackendList) => answer.backends,
  refetchInterval: PROBE_INTERVAL_MS,
});

/** Every backend's last 20 probes; administrators only. */
export const healthQuery = queryOptions({
  queryKey: ["backends", "health"],
  queryFn: ({ signal }) => get<EndpointHealthList>("/api/admin/backends/health", { signal }),
  select: (answer: EndpointHealthList) => answer.backends,
  refetchInterval: PROBE_INTERVAL_MS,
});

export function probeBackend(backend: string): Promise<BackendHealth> {
  return get(path`/api/backends/${backend}/health`);
}

export const bucketsQuery = (backend: string) =>
  queryOptions({
    queryKey: ["backends", backend, "buckets"],
    queryFn: ({ signal }) => get<BucketList>(path`/api/backends/${backend}/buckets`, { signal }),
    select: (answer: BucketList) => answer.buckets,
  });

export const accessQuery = (backend: string, bucket: string) =>
  queryOptions({
    queryKey: ["backends", backend, "access", bucket],
    queryFn: ({ signal }) =>
      get<BucketAccess>(path`/api/backends/${backend}/buckets/${bucket}/access`, { signal }),
    staleTime: 60_000,
  });

export function createBucket(backend: string, body: BucketCreate): Promise<BucketCreated> {
  return post(path`/api/backends/${backend}/buckets`, { body });
}

export function deleteBucket(backend: string, bucket: string): Promise<unknown> {
  return remove(path`/api/backends/${backend}/buckets/${bucket}`);
}
