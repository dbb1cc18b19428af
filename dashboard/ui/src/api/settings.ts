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
