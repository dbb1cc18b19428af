/** A bucket policy in words, and what is wrong with it. */
import { t } from "../../lib/i18n";
import type { JsonPath } from "../../lib/jsonPlaces";
import { isRecord, jsonFault, member } from "./json";

export interface Statement {
  effect: string;
  who: string;
  actions: string;
  where: string;
}

/** Something that is wrong, and with which value. */
export interface Problem {
  path: JsonPath;
  text: string;
  /** The line, where the text is no JSON and has no values yet. */
  line?: number;
}

const PARTS = ["Principal", "Action", "Resource"] as const;
const DOCUMENT = ["Version", "Id", "Statement"];
const STATEMENT = ["Sid", "Effect", "Condition", ...PARTS, ...PARTS.map((name) => `Not${name}`)];

/** The statements of a policy as they stand; none where it is no policy. */
export function listOf(policy: unknown): unknown[] {
  const found = member(policy, "Statement");
  if (found === undefined) return [];
  return Array.isArray(found) ? found : [found];
}

/** The statements of a policy in words. */
export function statementsOf(policy: unknown): Statement[] {
  return listOf(policy).map((statement) => ({
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

/** What the server would refuse, each with its place; an empty text takes the policy away. */
export function judgePolicy(text: string): Problem[] {
  if (text.trim() === "") return [];
  const fault = jsonFault(text);
  if (fault !== null) return [{ path: [], text: fault.told, line: fault.line }];
  const policy: unknown = JSON.parse(text);
  if (!isRecord(policy)) return [{ path: [], text: t("policy.noObject") }];
  const list = listOf(policy);
  if (list.length === 0) return [{ path: ["Statement"], text: t("policy.noStatement") }];
  const isList = Array.isArray(policy.Statement);
  return list.flatMap((statement, index) =>
    judgeStatement(statement).map(([name, problem]) => ({
      path: ["Statement", ...(isList ? [index] : []), name],
      text: `${t("policy.statement", { number: index + 1 })}: ${problem}`,
    })),
  );
}

function judgeStatement(statement: unknown): [name: string, problem: string][] {
  if (!isRecord(statement)) return [["", t("policy.statementNoObject")]];
  const found: [string, string][] = [];
  const { Effect: effect } = statement;
  if (effect !== "Allow" && effect !== "Deny") found.push(["Effect", t("policy.noEffect")]);
  for (const name of PARTS) {
    const value = statement[name] ?? statement[`Not${name}`];
    if (value === undefined) found.push([name, t("policy.without", { name })]);
    else if (isEmpty(value)) found.push([name, t("policy.isEmpty", { name })]);
  }
  return found;
}

/** What the server passes on, and the store will most likely refuse or never heed. */
export function doubtsAbout(text: string, bucket: string): Problem[] {
  if (text.trim() === "" || judgePolicy(text).length > 0) return [];
  const policy: unknown = JSON.parse(text);
  const isList = Array.isArray(member(policy, "Statement"));
  const found: Problem[] = strangers(policy, DOCUMENT).map((name) => ({
    path: [name],
    text: t("cors.unknown", { name }),
  }));
  listOf(policy).forEach((statement, index) => {
    const doubt = (name: string, problem: string) =>
      found.push({
        path: ["Statement", ...(isList ? [index] : []), name],
        text: `${t("policy.statement", { number: index + 1 })}: ${problem}`,
      });
    for (const name of strangers(statement, STATEMENT)) doubt(name, t("cors.unknown", { name }));
    for (const action of textsOf(member(statement, "Action"))) {
      if (!/^(s3:.+|\*)$/i.test(action)) doubt("Action", t("policy.oddAction", { action }));
    }
    for (const resource of textsOf(member(statement, "Resource"))) {
      if (!isWithin(resource, bucket)) doubt("Resource", t("policy.elsewhere", { resource }));
    }
  });
  return found;
}

/** A text or several, as a list. */
export function textsOf(value: unknown): string[] {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.filter((one) => typeof one === "string");
}

function isWithin(resource: string, bucket: string): boolean {
  if (resource === "*" || /[*?$]/.test(resource.split("/")[0] ?? "")) return true;
  const place = resource.replace(/^arn:[^:]*:s3:::/, "");
  return place !== resource && (place === bucket || place.startsWith(`${bucket}/`));
}

function strangers(value: unknown, known: readonly string[]): string[] {
  return isRecord(value) ? Object.keys(value).filter((name) => !known.includes(name)) : [];
}

function isEmpty(value: unknown): boolean {
  if (Array.isArray(value) || value === "") return value.length === 0;
  if (!isRecord(value)) return false;
  return Object.values(value).every(isEmpty);
}

function principal(value: unknown): string {
  return isRecord(value) ? Object.values(value).map(words).join(", ") : words(value);
}

function words(value: unknown): string {
  if (Array.isArray(value)) return value.map(words).join(", ");
  return typeof value === "string" ? value : "–";
}
