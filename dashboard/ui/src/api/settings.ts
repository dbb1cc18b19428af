/** Settings of a bucket. */
import { queryOptions } from "@tanstack/react-query";
import { get, put } from "./client";
import { objectBase as base, type Place } from "./objects";
import type { CorsPut, CorsRules } from "./schema.gen";

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
