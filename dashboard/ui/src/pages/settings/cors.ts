/** What CORS rules must be, so that typing tells it and not the server. */
import { t } from "../../lib/i18n";
import { isTexts, member, unknownMembers } from "./json";

export const METHODS = ["GET", "PUT", "POST", "DELETE", "HEAD"] as const;
const MEMBERS = [
  "allowed_origins",
  "allowed_methods",
  "allowed_headers",
  "expose_headers",
  "max_age_seconds",
];
const MOST_RULES = 100;
const ORIGIN = /^(\*|[a-z][a-z0-9+.-]*:\/\/[^/\s]+)$/i;

/** What is wrong with the rules, sentence by sentence. */
export function judgeCors(rules: unknown): string[] {
  if (!Array.isArray(rules)) return [t("cors.notAList")];
  if (rules.length > MOST_RULES) return [t("cors.tooMany", { limit: MOST_RULES })];
  return rules.flatMap((rule: unknown, index) =>
    judgeRule(rule).map((problem) => `${t("editor.rule", { number: index + 1 })}: ${problem}`),
  );
}

function judgeRule(rule: unknown): string[] {
  const origins = member(rule, "allowed_origins");
  const methods = member(rule, "allowed_methods");
  const age = member(rule, "max_age_seconds");
  const problems = unknownMembers(rule, MEMBERS).map((name) => t("cors.unknown", { name }));
  if (!isTexts(origins) || origins.length === 0) problems.push(t("cors.noOrigin"));
  else problems.push(...origins.filter(isBadOrigin).map((one) => t("cors.badOrigin", { one })));
  if (!isTexts(methods) || methods.length === 0) problems.push(t("cors.noMethod"));
  else {
    const bad = methods.filter((method) => !METHODS.some((known) => known === method));
    problems.push(...bad.map((one) => t("cors.badMethod", { one })));
  }
  for (const name of ["allowed_headers", "expose_headers"]) {
    const headers = member(rule, name);
    if (headers !== undefined && !isTexts(headers)) problems.push(t("cors.badHeaders", { name }));
  }
  if (age !== undefined && !(Number.isInteger(age) && Number(age) >= 0)) {
    problems.push(t("cors.badAge"));
  }
  return problems;
}

function isBadOrigin(origin: string): boolean {
  return !ORIGIN.test(origin) || origin.split("*").length > 2;
}

/** Which rule answers a page's request, from 0; null where none does. */
export function matchingRule(
  rules: readonly { allowed_origins: string[]; allowed_methods: string[] }[],
  origin: string,
  method: string,
): number | null {
  const index = rules.findIndex(
    (rule) =>
      rule.allowed_methods.includes(method) &&
      rule.allowed_origins.some((pattern) => fits(origin, pattern)),
  );
  return index < 0 ? null : index;
}

/** One star stands for any text. */
function fits(origin: string, pattern: string): boolean {
  const [start = "", end] = pattern.split("*");
  if (end === undefined) return origin === pattern;
  const isLongEnough = origin.length >= start.length + end.length;
  return isLongEnough && origin.startsWith(start) && origin.endsWith(end);
}
