import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { lineOfPath } from "../../lib/jsonPlaces";
import { doubtsAbout, isPublic, judgePolicy, statementsOf } from "./policy";
import { freshStatement, READY_MADE, shownOf, withWho } from "./statement";

/** The same table that the server's own check is tested with. */
const FILE = join(import.meta.dirname, "../../../../../tests/vectors/policies.json");
const CASES = JSON.parse(readFileSync(FILE, "utf8")) as {
  policy: string;
  problem: string | null;
  line: number | null;
}[];

const policyOf = (...statements: unknown[]) => JSON.stringify({ Statement: statements });

describe("what the server would refuse is refused while typing", () => {
  it.each(CASES)("$problem in $policy", ({ policy, problem, line }) => {
    const [found] = judgePolicy(policy);

    expect(found === undefined).toBe(problem === null);
    if (found !== undefined) expect(found.line ?? lineOfPath(policy, found.path)).toBe(line);
  });
});

it("takes an empty text as no policy", () => {
  expect(judgePolicy(" \n")).toEqual([]);
});

it("refuses a statement about nobody, or about nothing", () => {
  const found = judgePolicy(policyOf({ ...freshStatement("x"), Action: [] }));

  expect(found.map(({ path }) => path.at(-1))).toEqual(["Principal", "Action"]);
});

it("doubts what the store will hardly heed", () => {
  const statement = {
    ...withWho(freshStatement("x"), "*"),
    Action: ["GetObject", "s3:Put*", "*"],
    Resource: ["arn:aws:s3:::y/*", "arn:aws:s3:::x", "arn:aws:s3:::x*", "x/*"],
    Conditions: {},
  };
  const names = doubtsAbout(policyOf(statement), "x").map(({ path }) => path.at(-1));

  expect(names).toEqual(["Conditions", "Action", "Resource", "Resource"]);
});

it("tells who may do what where", () => {
  const policy = {
    Statement: {
      Effect: "Deny",
      Principal: { AWS: ["arn:aws:iam::1:user/a", "arn:aws:iam::1:user/b"] },
      Action: "s3:*",
      Resource: ["arn:aws:s3:::x", "arn:aws:s3:::x/*"],
    },
  };

  expect(statementsOf(policy)).toEqual([
    {
      effect: "Deny",
      who: "arn:aws:iam::1:user/a, arn:aws:iam::1:user/b",
      actions: "s3:*",
      where: "arn:aws:s3:::x, arn:aws:s3:::x/*",
    },
  ]);
});

it("sees that everybody may", () => {
  const says = (statement: unknown) => isPublic(statementsOf({ Statement: [statement] }));

  expect(says(READY_MADE.publicRead("x"))).toBe(true);
  expect(says(withWho(freshStatement("x"), ["arn:aws:iam::1:root"]))).toBe(false);
  expect(says(READY_MADE.onlyTls("x"))).toBe(false);
});

it("shows in the form what the form can say, and names the rest", () => {
  const shown = shownOf({
    ...READY_MADE.onlyTls("x"),
    Principal: { Service: "example.com" },
    NotAction: "s3:GetObject",
  });

  expect(shown.effect).toBe("Deny");
  expect(shown.who).toBeNull();
  expect(shown.actions).toEqual(["s3:*"]);
  expect(shown.hidden).toEqual(["Principal", "Condition", "NotAction"]);
});

it.each(["publicRead", "readPrefix", "onlyTls"] as const)("has a sound %s at hand", (name) => {
  const text = policyOf(READY_MADE[name]("x"));

  expect([...judgePolicy(text), ...doubtsAbout(text, "x")]).toEqual([]);
});
