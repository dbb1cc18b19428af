import { describe, expect, it } from "vitest";
import { judgeCors, matchingRule } from "./cors";

const RULE = { allowed_origins: ["https://*.example.org"], allowed_methods: ["GET", "HEAD"] };

describe("rules of CORS", () => {
  it("are sound with an origin and a method", () => {
    expect(judgeCors([RULE, { ...RULE, max_age_seconds: 0 }])).toEqual([]);
  });

  it.each([
    [{ rules: [] }],
    [[{ ...RULE, allowed_origins: [] }]],
    [[{ ...RULE, allowed_origins: ["example.org"] }]],
    [[{ ...RULE, allowed_origins: ["https://*.*"] }]],
    [[{ ...RULE, allowed_methods: ["PATCH"] }]],
    [[{ ...RULE, allowed_headers: "x" }]],
    [[{ ...RULE, max_age_seconds: -1 }]],
    [[{ ...RULE, max_age: 5 }]],
    [["no rule"]],
  ])("are refused: %j", (rules) => {
    expect(judgeCors(rules)).not.toEqual([]);
  });

  it("answer in order, by origin and method", () => {
    const rules = [{ ...RULE, allowed_methods: ["PUT"] }, RULE];

    expect(matchingRule(rules, "https://app.example.org", "GET")).toBe(1);
    expect(matchingRule(rules, "https://example.org", "GET")).toBe(null);
    expect(matchingRule(rules, "https://app.example.org", "DELETE")).toBe(null);
  });
});
