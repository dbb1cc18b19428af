/** The buckets and folders that somebody opened last; only this browser remembers them. */
import { readPreference, writePreference } from "./preferences";

export interface Recent {
  backend: string;
  bucket: string;
  /** Empty for the bucket itself. */
  prefix: string;
}

export const MOST_RECENT = 10;

const nameOf = (user: string) => `recents.${user}`;
const isSame = (left: Recent, right: Recent) =>
  left.backend === right.backend && left.bucket === right.bucket && left.prefix === right.prefix;

/** The last first; what is stored and cannot be read counts as nothing. */
export function readRecents(user: string): Recent[] {
  try {
    const stored: unknown = JSON.parse(readPreference(nameOf(user)) ?? "[]");
    return Array.isArray(stored) ? stored.filter(isRecent).slice(0, MOST_RECENT) : [];
  } catch {
    return [];
  }
}

/** Puts a place at the beginning, once. */
export function noteRecent(user: string, place: Recent): void {
  const others = readRecents(user).filter((one) => !isSame(one, place));
  const kept = [place, ...others].slice(0, MOST_RECENT);
  writePreference(nameOf(user), JSON.stringify(kept));
}

export function clearRecents(user: string): void {
  writePreference(nameOf(user), null);
}

function isRecent(value: unknown): value is Recent {
  if (typeof value !== "object" || value === null) return false;
  const { backend, bucket, prefix } = value as Record<string, unknown>;
  return [backend, bucket, prefix].every((part) => typeof part === "string");
}
