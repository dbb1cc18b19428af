/** Settings of a bucket. */
import { queryOptions } from "@tanstack/react-query";
import { get, post, put, remove } from "./client";
import { objectBase as base, type Place } from "./objects";
import type {
  CorsPut,
  CorsRules,
  LifecyclePreview,
  LifecyclePut,
  LifecycleRules,
  Policy,
  Quota,
  QuotaPut,
  SizeTracking,
  UploadList,
  Upload,
  Usage,
  Versioning,
  VersioningPut,
} from "./schema.gen";

export const settingsKey = ({ backend, bucket }: Place, part: string) => [
  "settings",
  backend,
  bucket,
  part,
];

export const corsQuery = (place: Place) =>
  queryOptions({
    queryKey: settingsKey(place, "cors"),
    queryFn: ({ signal }) => get<CorsRules>(`${base(place)}/cors`, { signal }),
    select: (answer: CorsRules) => answer.rules,
  });

export const putCors = (place: Place, body: CorsPut) => put(`${base(place)}/cors`, { body });

export const versioningQuery = (place: Place) =>
  queryOptions({
    queryKey: settingsKey(place, "versioning"),
    queryFn: ({ signal }) => get<Versioning>(`${base(place)}/versioning`, { signal }),
  });

export const putVersioning = (place: Place, body: VersioningPut) =>
  put<Versioning>(`${base(place)}/versioning`, { body });

export const policyQuery = (place: Place) =>
  queryOptions({
    queryKey: settingsKey(place, "policy"),
    queryFn: ({ signal }) => get<Policy>(`${base(place)}/policy`, { signal }),
    select: (answer: Policy) => answer.policy,
  });

export const putPolicy = (place: Place, policy: string): Promise<unknown> =>
  policy.trim() === ""
    ? remove(`${base(place)}/policy`)
    : put(`${base(place)}/policy`, { body: { policy } });

export const lifecycleQuery = (place: Place) =>
  queryOptions({
    queryKey: settingsKey(place, "lifecycle"),
    queryFn: ({ signal }) => get<LifecycleRules>(`${base(place)}/lifecycle`, { signal }),
    select: (answer: LifecycleRules) => answer.rules,
  });

export const putLifecycle = (place: Place, body: LifecyclePut) =>
  put(`${base(place)}/lifecycle`, { body });

export const previewLifecycle = (place: Place, body: LifecyclePut) =>
  post<LifecyclePreview>(`${base(place)}/lifecycle/preview`, { body });

export const quotaQuery = (place: Place) =>
  queryOptions({
    queryKey: settingsKey(place, "quota"),
    queryFn: ({ signal }) => get<Quota>(`${base(place)}/quota`, { signal }),
  });

export const putQuota = (place: Place, body: QuotaPut) => put(`${base(place)}/quota`, { body });
export const deleteQuota = (place: Place) => remove(`${base(place)}/quota`);
export const recomputeQuota = (place: Place) => post(`${base(place)}/quota/recompute`);

export const trackingQuery = (place: Place) =>
  queryOptions({
    queryKey: settingsKey(place, "size-tracking"),
    queryFn: ({ signal }) => get<SizeTracking>(`${base(place)}/size-tracking`, { signal }),
  });

export const putTracking = (place: Place, enabled: boolean) =>
  put(`${base(place)}/size-tracking`, { body: { enabled } });

/** What lies in each folder at the top; the server walks the bucket for it. */
export const usageQuery = (place: Place) =>
  queryOptions({
    queryKey: settingsKey(place, "usage"),
    queryFn: ({ signal }) => get<Usage>(`${base(place)}/usage`, { query: { depth: 1 }, signal }),
  });

/** Uploads in parts that were begun and not finished, by whatever client. */
export const openUploadsQuery = (place: Place) =>
  queryOptions({
    queryKey: settingsKey(place, "uploads"),
    queryFn: ({ signal }) => get<UploadList>(`${base(place)}/multipart`, { signal }),
    select: (answer: UploadList) => answer.uploads,
  });

export const abortUpload = (place: Place, { key, upload_id }: Upload) =>
  remove(`${base(place)}/multipart`, { query: { key, upload_id } });
