/** Lifecycle rules: what they must be, and each as a sentence. */
import type { LifecycleRule } from "../../api/schema.gen";
import { t } from "../../lib/i18n";
import { member, unknownMembers } from "./json";

const NUMBERS = [
  "expiration_days",
  "noncurrent_expire_days",
  "abort_incomplete_days",
  "transition_days",
] as const;
export type RuleNumber = (typeof NUMBERS)[number];
const MEMBERS = [
  ...NUMBERS,
  "id",
  "prefix",
  "enabled",
  "expired_delete_markers",
  "transition_storage_class",
  "tags",
  "size_above",
  "size_below",
  "read_only",
];

/** What is wrong with the rules, sentence by sentence. */
export function judgeLifecycle(rules: unknown): string[] {
  if (!Array.isArray(rules)) return [t("cors.notAList")];
  return rules.flatMap((rule: unknown, index) =>
    judgeRule(rule).map((problem) => `${t("editor.rule", { number: index + 1 })}: ${problem}`),
  );
}

function judgeRule(rule: unknown): string[] {
  if (member(rule, "read_only") === true) return [];
  const problems = unknownMembers(rule, MEMBERS).map((name) => t("cors.unknown", { name }));
  const numbers = NUMBERS.map((name) => member(rule, name)).filter((one) => one !== undefined);
  if (!numbers.every((one) => Number.isInteger(one) && Number(one) >= 0)) {
    problems.push(t("lifecycle.badDays"));
  }
  const isIdle =
    numbers.every((one) => one === 0) && member(rule, "expired_delete_markers") !== true;
  if (isIdle) problems.push(t("lifecycle.idle"));
  const moves = Number(member(rule, "transition_days") ?? 0) > 0;
  if (moves && (member(rule, "transition_storage_class") ?? "") === "") {
    problems.push(t("lifecycle.noClass"));
  }
  return problems;
}

/** The rule with a number changed; nothing typed takes it away. */
export function withNumber(rule: LifecycleRule, name: RuleNumber, typed: string): LifecycleRule {
  const digits = typed.replace(/\D/g, "").slice(0, 5);
  if (digits !== "") return { ...rule, [name]: Number(digits) };
  const kept = Object.entries(rule).filter(([other]) => other !== name);
  return Object.fromEntries(kept) as unknown as LifecycleRule;
}

/** What the rule does, in words. */
export function sentenceOf(rule: LifecycleRule): string {
  const parts: string[] = [];
  const { expiration_days: expire = 0, noncurrent_expire_days: old = 0 } = rule;
  const { abort_incomplete_days: abort = 0, transition_days: move = 0 } = rule;
  if (expire > 0) parts.push(t("lifecycle.saysExpire", { days: expire }));
  if (old > 0) parts.push(t("lifecycle.saysNoncurrent", { days: old }));
  if (move > 0) {
    const name = rule.transition_storage_class ?? "";
    parts.push(t("lifecycle.saysMove", { days: move, name }));
  }
  if (abort > 0) parts.push(t("lifecycle.saysAbort", { days: abort }));
  if (parts.length === 0) return "";
  const where =
    rule.prefix === undefined || rule.prefix === "" ? t("lifecycle.everywhere") : rule.prefix;
  return `${where}: ${parts.join("; ")}.`;
}
