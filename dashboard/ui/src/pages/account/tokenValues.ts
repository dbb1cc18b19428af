/** What the form for a new token holds, and the request that it becomes. */
import type { Token, TokenCreate } from "../../api/schema.gen";
import { t, type TextKey } from "../../lib/i18n";
import type { Access } from "../admin/AccessFields";
import { placeText, type PlaceValues } from "../admin/PlaceFields";
import { accessWords } from "../credentials/accessWords";

/** How far a token reaches: places one by one, all that its owner may do, or that and administer. */
export type Reach = "places" | "all" | "admin";

export const REACHES: Record<Reach, TextKey> = {
  places: "tokens.reachPlaces",
  all: "tokens.reachAll",
  admin: "tokens.reachAdmin",
};

export interface ScopeValues {
  place: PlaceValues;
  access: Access;
}

export interface TokenValues {
  name: string;
  days: number;
  reach: Reach;
  /** Kept, but not sent, while the reach is another. */
  scopes: readonly ScopeValues[];
}

export const LIFETIMES_DAYS = [7, 30, 90, 365];
const HOUR_MS = 3600 * 1000;

export const NEW_SCOPE: ScopeValues = {
  place: { backend: "", bucket: "", prefix: "" },
  access: "readonly",
};

/** As little as is useful; whoever wants more says so. */
export const NEW_TOKEN: TokenValues = { name: "", days: 90, reach: "places", scopes: [NEW_SCOPE] };

/**
 * When a token made now would end, to the second. An hour before so many days are over, so that
 * a browser whose clock is ahead does not ask for more than the server's longest.
 */
export function expiryOf(days: number, now: number): string {
  return new Date(now + days * 24 * HOUR_MS - HOUR_MS).toISOString().replace(/\.\d+Z$/, "Z");
}

/** Whether everything is filled in; what a name or place must look like the server knows. */
export function isComplete({ name, reach, scopes }: TokenValues): boolean {
  if (name.trim() === "") return false;
  if (reach !== "places") return true;
  return scopes.length > 0 && scopes.every(isScopeComplete);
}

function isScopeComplete({ place, access }: ScopeValues): boolean {
  return place.backend !== "" && place.bucket !== "" && access.length > 0;
}

/** Never with an empty list for places: to the server, none at all means everything. */
export function tokenBody({ name, days, reach, scopes }: TokenValues, now: number): TokenCreate {
  const body = { name: name.trim(), expires_at: expiryOf(days, now) };
  if (reach === "admin") return { ...body, admin: true };
  if (reach === "all") return body;
  if (scopes.length === 0) throw new RangeError("a token for places needs one");
  const places = scopes.map(({ place, access }) => ({
    backend_id: place.backend,
    bucket: place.bucket,
    prefix: place.prefix,
    access,
  }));
  return { ...body, scopes: places };
}

/** What a token may do, a line for each of its places. */
export function reachLines({ scopes, admin }: Token): string[] {
  if (admin) return [t("tokens.reachAdmin")];
  if (scopes.length === 0) return [t("tokens.reachAll")];
  return scopes.map(({ backend_id: backend, bucket, prefix, access }) => {
    return `${placeText({ backend, bucket, prefix })}: ${accessWords(access)}`;
  });
}

export function hasExpired({ expires_at }: Token, now: number = Date.now()): boolean {
  return Date.parse(expires_at) <= now;
}
