import { expect, it } from "vitest";
import { isPublic, publicRead, statementsOf } from "./policy";

it("tells who may do what where", () => {
  const policy = {
    Statement: {
      Effect: "Deny",
      Principal: { AWS: ["arn:aws:iam::1:user/a", "arn:aws:iam::1:user/b"] },
      Action: "s3:*",
      Resource: ["arn:aws:s3:::x", "arn:aws:s3:::x/*"],
    },
  };

  expect(statementsOf(JSON.stringify(policy))).toEqual([
    {
      effect: "Deny",
      who: "arn:aws:iam::1:user/a, arn:aws:iam::1:user/b",
      actions: "s3:*",
      where: "arn:aws:s3:::x, arn:aws:s3:::x/*",
    },
  ]);
});

it("sees that everybody may", () => {
  expect(isPublic(statementsOf(publicRead("x")))).toBe(true);
  expect(isPublic(statementsOf('{"Statement":[{"Effect":"Deny","Principal":"*"}]}'))).toBe(false);
  expect(statementsOf("")).toEqual([]);
});
