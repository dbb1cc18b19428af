/** Filters of the log that somebody gave a name; only this browser remembers them. */
import { readPreference, writePreference } from "./preferences";

export interface SavedFilter {
  name: string;
  /** The search parameters of the address, as strings. */
  values: Readonly<Record<string, string>>;
}

export const MOST_SAVED = 30;
const nameOf = (user: string) => `audit-filters.${user}`;

/** By name; what is stored and cannot be read counts as nothing. */
export function readSaved(user: string): SavedFilter[] {
  try {
    const stored: unknown = JSON.parse(readPreference(nameOf(user)) ?? "[]");
    return Array.isArray(stored) ? stored.filter(isSaved) : [];
  } catch {
    return [];
  }
}

/** Saves under a name, in place of what had that name. */
export function save(user: string, filter: SavedFilter): SavedFilter[] {
  const others = readSaved(user).filter(({ name }) => name !== filter.name);
  return write(user, [...others, filter].slice(-MOST_SAVED));
}

export function forget(user: string, name: string): SavedFilter[] {
  return write(
    user,
    readSaved(user).filter((one) => one.name !== name),
  );
}

function write(user: string, filters: SavedFilter[]): SavedFilter[] {
  const sorted = filters.sort((a, b) => a.name.localeCompare(b.name));
  writePreference(nameOf(user), JSON.stringify(sorted));
  return sorted;
}

function isSaved(value: unknown): value is SavedFilter {
  if (typeof value !== "object" || value === null) return false;
  const { name, values } = value as Record<string, unknown>;
  if (typeof name !== "string" || typeof values !== "object" || values === null) return false;
  return Object.values(values).every((one) => typeof one === "string");
}
