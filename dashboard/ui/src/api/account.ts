/** What belongs to the person who is signed in: sessions and pins. */
import { queryOptions } from "@tanstack/react-query";
import { get, post, remove } from "./client";
import { path } from "./path";
import type { Pin, PinList, SessionList } from "./schema.gen";

export const sessionsQuery = queryOptions({
  queryKey: ["me", "sessions"],
  queryFn: ({ signal }) => get<SessionList>("/api/me/sessions", { signal }),
  select: (answer: SessionList) => answer.sessions,
});

export const endSession = (id: string) => remove(path`/api/me/sessions/${id}`);
export const endOtherSessions = () => remove("/api/me/sessions");

export const pinsQuery = queryOptions({
  queryKey: ["me", "pins"],
  queryFn: ({ signal }) => get<PinList>("/api/me/pins", { signal }),
  select: (answer: PinList) => answer.pins,
  staleTime: 60_000,
});

export const pinBucket = (backend: string, bucket: string) =>
  post<Pin>("/api/me/pins", { body: { backend_id: backend, bucket } });
export const unpinBucket = (backend: string, bucket: string) =>
  remove(path`/api/me/pins/${backend}/${bucket}`);
