/** One statement of a policy as a form shows it; what the form does not know stays as it is. */
import { isRecord, isTexts } from "./json";
import { textsOf } from "./policy";

export type RawStatement = Readonly<Record<string, unknown>>;

/** What the form shows; null where the statement says it in a way that no field of the form has. */
export interface Shown {
  effect: "Allow" | "Deny";
  /** Everybody, or those who are named. */
  who: "*" | string[] | null;
  actions: string[] | null;
  resources: string[] | null;
  /** The members that only the text shows. */
  hidden: string[];
}

/** What the form can tell of a statement. */
export function shownOf(statement: RawStatement): Shown {
  const { Principal: principal, Action: actions, Resource: resources } = statement;
  const shown: Shown = {
    effect: statement.Effect === "Deny" ? "Deny" : "Allow",
    who: whoIs(principal),
    actions: listed(actions),
    resources: listed(resources),
    hidden: [],
  };
  const known = new Set(["Sid", "Effect"]);
  if (shown.who !== null) known.add("Principal");
  if (shown.actions !== null) known.add("Action");
  if (shown.resources !== null) known.add("Resource");
  shown.hidden = Object.keys(statement).filter((name) => !known.has(name));
  return shown;
}

/** The statement, about everybody or about those who are named. */
export function withWho(statement: RawStatement, who: "*" | string[]): RawStatement {
  return { ...statement, Principal: who === "*" ? "*" : { AWS: who } };
}

/** The statement with another name, or with none. */
export function withSid(statement: RawStatement, typed: string): RawStatement {
  if (typed !== "") return { ...statement, Sid: typed };
  return Object.fromEntries(Object.entries(statement).filter(([name]) => name !== "Sid"));
}

function whoIs(principal: unknown): Shown["who"] {
  if (principal === "*") return "*";
  if (!isRecord(principal)) return null;
  const { AWS: names, ...others } = principal;
  if (Object.keys(others).length > 0) return null;
  if (textsOf(names).includes("*")) return "*";
  return listed(names);
}

function listed(value: unknown): string[] | null {
  return typeof value === "string" || isTexts(value) ? textsOf(value) : null;
}

const arn = (bucket: string) => `arn:aws:s3:::${bucket}`;

/** A statement to begin with: somebody, not yet named, may read. */
export function freshStatement(bucket: string): RawStatement {
  return {
    Effect: "Allow",
    Principal: { AWS: [] },
    Action: ["s3:GetObject"],
    Resource: [`${arn(bucket)}/*`],
  };
}

/** Statements that are often wanted. */
export const READY_MADE = {
  publicRead: (bucket: string): RawStatement => ({
    Sid: "PublicRead",
    Effect: "Allow",
    Principal: "*",
    Action: ["s3:GetObject"],
    Resource: [`${arn(bucket)}/*`],
  }),
  readPrefix: (bucket: string): RawStatement => ({
    Sid: "PublicReadOfOnePrefix",
    Effect: "Allow",
    Principal: "*",
    Action: ["s3:GetObject"],
    Resource: [`${arn(bucket)}/public/*`],
  }),
  onlyTls: (bucket: string): RawStatement => ({
    Sid: "RefuseWithoutTls",
    Effect: "Deny",
    Principal: "*",
    Action: ["s3:*"],
    Resource: [arn(bucket), `${arn(bucket)}/*`],
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  }),
};
