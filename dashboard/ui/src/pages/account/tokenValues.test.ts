import { describe, expect, it } from "vitest";
import type { Token } from "../../api/schema.gen";
import {
  expiryOf,
  hasExpired,
  isComplete,
  NEW_SCOPE,
  NEW_TOKEN,
  tokenBody,
  type TokenValues,
} from "./tokenValues";

const NOW = Date.parse("2026-11-21T12:00:00.250Z");
const DOCS = { place: { backend: "local", bucket: "docs", prefix: "in/" }, access: "readonly" };
const FILLED = { ...NEW_TOKEN, name: " nightly ", days: 7, scopes: [DOCS] } as TokenValues;

it("ends a token within so many days, to the second", () => {
  expect(expiryOf(7, NOW)).toBe("2026-11-28T11:00:00Z");
});

describe("a new token", () => {
  it("begins with a place still to be chosen, and no more than reading", () => {
    expect([NEW_TOKEN.reach, NEW_TOKEN.scopes]).toEqual(["places", [NEW_SCOPE]]);
    expect(isComplete({ ...NEW_TOKEN, name: "ci" })).toBe(false);
  });

  it.each<[boolean, Partial<TokenValues>]>([
    [true, {}],
    [false, { name: "  " }],
    [false, { scopes: [] }],
    [false, { scopes: [{ ...NEW_SCOPE, place: DOCS.place }, NEW_SCOPE] }],
    [false, { scopes: [{ place: DOCS.place, access: [] }] }],
    [true, { reach: "all", scopes: [] }],
    [true, { reach: "admin", scopes: [] }],
  ])("is complete: %s with %o", (expected, change) => {
    expect(isComplete({ ...FILLED, ...change })).toBe(expected);
  });

  it("asks for its places", () => {
    expect(tokenBody(FILLED, NOW)).toEqual({
      name: "nightly",
      expires_at: "2026-11-28T11:00:00Z",
      scopes: [{ backend_id: "local", bucket: "docs", prefix: "in/", access: "readonly" }],
    });
  });

  it("asks for everything only when told so, and never with places beside", () => {
    const all = tokenBody({ ...FILLED, reach: "all" }, NOW);
    const admin = tokenBody({ ...FILLED, reach: "admin" }, NOW);

    expect(Object.keys(all)).toEqual(["name", "expires_at"]);
    expect(admin).toMatchObject({ admin: true });
    expect(admin).not.toHaveProperty("scopes");
    expect(() => tokenBody({ ...FILLED, scopes: [] }, NOW)).toThrow(RangeError);
  });
});

it("has expired at the moment of its end", () => {
  const token = { expires_at: "2026-11-21T12:00:00Z" } as Token;

  expect(hasExpired(token, NOW)).toBe(true);
  expect(hasExpired(token, NOW - 1000)).toBe(false);
});
