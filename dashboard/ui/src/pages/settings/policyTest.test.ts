import { describe, expect, it } from "vitest";
import { fits, testPolicy } from "./policyTest";

const READ = { who: "", action: "s3:GetObject", resource: "arn:aws:s3:::b/public/a" };
const ALLOW = {
  Effect: "Allow",
  Principal: "*",
  Action: "s3:Get*",
  Resource: "arn:aws:s3:::b/public/*",
};
const DENY = { ...ALLOW, Effect: "Deny", Action: ["s3:*"] };
const TLS = { Bool: { "aws:SecureTransport": "false" } };
const judge = (...statements: object[]) => testPolicy({ Statement: statements }, READ);

describe("a request that is held against a policy", () => {
  it("is allowed by the first statement that allows it", () => {
    expect(judge(ALLOW)).toEqual({ outcome: "allow", statement: 1, conditional: [] });
  });

  it("is refused where any statement refuses it, whatever stands before", () => {
    expect(judge(ALLOW, DENY)).toMatchObject({ outcome: "deny", statement: 2 });
  });

  it("is not spoken of where nothing matches", () => {
    const others = [
      { ...ALLOW, Action: "s3:PutObject" },
      { ...ALLOW, Resource: "arn:aws:s3:::b/private/*" },
      { ...ALLOW, Principal: { AWS: "arn:aws:iam::1:user/ada" } },
    ];

    expect(judge(...others)).toEqual({ outcome: "nothing", statement: 0, conditional: [] });
  });

  it("may depend on a condition, which is told and never taken for true", () => {
    expect(judge(ALLOW, { ...DENY, Condition: TLS })).toEqual({
      outcome: "allow",
      statement: 1,
      conditional: [2],
    });
    expect(judge({ ...ALLOW, Condition: TLS })).toEqual({
      outcome: "nothing",
      statement: 0,
      conditional: [1],
    });
  });

  it("is meant by what is excepted, too", () => {
    const except = { Effect: "Deny", Principal: "*", NotAction: "s3:List*", Resource: "*" };

    expect(judge(except)).toMatchObject({ outcome: "deny" });
    expect(judge({ ...except, NotAction: "s3:Get*" })).toMatchObject({ outcome: "nothing" });
  });

  it("names who asks, and nobody else's statement is theirs", () => {
    const mine = { ...ALLOW, Principal: { AWS: ["arn:aws:iam::1:user/ada"] } };
    const ada = { ...READ, who: "arn:aws:iam::1:user/ada" };

    expect(testPolicy({ Statement: mine }, ada).outcome).toBe("allow");
    expect(testPolicy({ Statement: mine }, { ...READ, who: "eve" }).outcome).toBe("nothing");
  });

  it.each([null, 7, {}, { Statement: "x" }, { Statement: [null] }])("survives %j", (policy) => {
    expect(testPolicy(policy, READ).outcome).toBe("nothing");
  });
});

it.each([
  ["abc", "a*c", true],
  ["abc", "a?c", true],
  ["abc", "a?", false],
  ["a/b/c", "a*c", true],
  ["ac", "a*bc", false],
  ["", "*", true],
  ["a", "", false],
  ["a".repeat(4000), `${"a*".repeat(40)}b`, false],
])("%.10s fits %.10s: %s", (text, pattern, expected) => {
  expect(fits(text, pattern)).toBe(expected);
});
