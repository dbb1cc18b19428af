/**
 * What a bucket policy says to one request: an explicit Deny wins, else an Allow, else nothing is
 * allowed by it (AWS, "Policy evaluation logic").
 */
import { isRecord, member } from "./json";
import { textsOf } from "./policy";

export interface PolicyRequest {
  /** An ARN or account, or "" for somebody who is not signed in. */
  who: string;
  /** Such as `s3:GetObject`. */
  action: string;
  /** Such as `arn:aws:s3:::bucket/key`. */
  resource: string;
}

export interface PolicyVerdict {
  outcome: "allow" | "deny" | "nothing";
  /** The statement that decides, from 1; 0 where none does. */
  statement: number;
  /** Statements that would decide otherwise where their condition holds, from 1. */
  conditional: number[];
}

/** Judges by the statements alone: what keys and grants allow is not asked. */
export function testPolicy(policy: unknown, request: PolicyRequest): PolicyVerdict {
  const raw = member(policy, "Statement");
  const statements: readonly unknown[] = Array.isArray(raw) ? raw : [raw];
  const matching = statements
    .map((statement, index) => ({ statement, number: index + 1 }))
    .filter(({ statement }) => isRecord(statement) && matches(statement, request));
  const certain = matching.filter(({ statement }) => member(statement, "Condition") === undefined);
  const found = firstOf(certain, "Deny") ?? firstOf(certain, "Allow");
  const outcome = found === undefined ? "nothing" : found.effect;
  const conditional = matching
    .filter((one) => !certain.includes(one) && wouldChange(one.statement, outcome))
    .map(({ number }) => number);
  return { outcome, statement: found?.number ?? 0, conditional };
}

interface Numbered {
  statement: unknown;
  number: number;
}

function firstOf(statements: readonly Numbered[], effect: "Allow" | "Deny") {
  const found = statements.find(({ statement }) => member(statement, "Effect") === effect);
  if (found === undefined) return undefined;
  return {
    number: found.number,
    effect: effect === "Deny" ? ("deny" as const) : ("allow" as const),
  };
}

/** A Deny that holds takes an Allow back; an Allow that holds matters where nothing was said. */
function wouldChange(statement: unknown, outcome: PolicyVerdict["outcome"]): boolean {
  const isDeny = member(statement, "Effect") === "Deny";
  return isDeny ? outcome !== "deny" : outcome === "nothing";
}

function matches(statement: Record<string, unknown>, request: PolicyRequest): boolean {
  return (
    isMeant(statement, "Principal", (value) => isWho(value, request.who)) &&
    isMeant(statement, "Action", (value) =>
      textsOf(value).some((pattern) => fits(request.action.toLowerCase(), pattern.toLowerCase())),
    ) &&
    isMeant(statement, "Resource", (value) =>
      textsOf(value).some((pattern) => fits(request.resource, pattern)),
    )
  );
}

/** Each part is said as what is meant, or as what is not. */
function isMeant(
  statement: Record<string, unknown>,
  name: string,
  holds: (value: unknown) => boolean,
): boolean {
  if (statement[name] !== undefined) return holds(statement[name]);
  const excepted = statement[`Not${name}`];
  return excepted !== undefined && !holds(excepted);
}

function isWho(principal: unknown, who: string): boolean {
  if (principal === "*") return true;
  const named = textsOf(member(principal, "AWS"));
  return named.some((name) => name === "*" || (who !== "" && name === who));
}

/** `*` stands for any text, `?` for one character. */
export function fits(text: string, pattern: string): boolean {
  let [at, next, star, mark] = [0, 0, -1, 0];
  while (at < text.length) {
    if (next < pattern.length && pattern[next] === "*") {
      [star, mark, next] = [next, at, next + 1];
    } else if (next < pattern.length && (pattern[next] === "?" || pattern[next] === text[at])) {
      [at, next] = [at + 1, next + 1];
    } else if (star >= 0) {
      [next, mark] = [star + 1, mark + 1];
      at = mark;
    } else {
      return false;
    }
  }
  return /^\**$/.test(pattern.slice(next));
}
