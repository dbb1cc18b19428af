/** A bucket policy in words. */
import { member } from "./json";

export interface Statement {
  effect: string;
  who: string;
  actions: string;
  where: string;
}

/** The statements of a policy; none where it is no policy. */
export function statementsOf(text: string): Statement[] {
  if (text.trim() === "") return [];
  const found = member(JSON.parse(text), "Statement");
  const list: unknown[] = Array.isArray(found) ? found : found === undefined ? [] : [found];
  return list.map((statement) => ({
    effect: words(member(statement, "Effect")),
    who: principal(member(statement, "Principal")),
    actions: words(member(statement, "Action") ?? member(statement, "NotAction")),
    where: words(member(statement, "Resource") ?? member(statement, "NotResource")),
  }));
}

/** Whether some statement lets everybody do something. */
export function isPublic(statements: readonly Statement[]): boolean {
  return statements.some(({ effect, who }) => effect === "Allow" && who === "*");
}

/** A policy that lets everybody read every object of a bucket. */
export function publicRead(bucket: string): string {
  const statement = {
    Sid: "PublicRead",
    Effect: "Allow",
    Principal: "*",
    Action: ["s3:GetObject"],
    Resource: [`arn:aws:s3:::${bucket}/*`],
  };
  return JSON.stringify({ Version: "2012-10-17", Statement: [statement] }, null, 2);
}

function principal(value: unknown): string {
  if (typeof value !== "object" || value === null) return words(value);
  return Object.values(value as Record<string, unknown>)
    .map(words)
    .join(", ");
}

function words(value: unknown): string {
  if (Array.isArray(value)) return value.map(words).join(", ");
  return typeof value === "string" ? value : "–";
}
