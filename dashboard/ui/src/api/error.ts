/** The one exception of the interface: every failed call becomes an `ApiError`. */

import type { ErrorItem } from "./schema.gen";

export type FieldProblem = Pick<ErrorItem, "pointer" | "message"> & { reason: string | null };

export interface ApiErrorFacts {
  status: number;
  code: string;
  message: string;
  detail?: string;
  reason?: string | null;
  params?: Readonly<Record<string, unknown>>;
  errors?: readonly FieldProblem[];
  requestId?: string | null;
  retryable?: boolean;
  retryAfterSeconds?: number | null;
}

export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly reason: string | null;
  readonly params: Readonly<Record<string, unknown>>;
  readonly errors: readonly FieldProblem[];
  readonly requestId: string | null;
  readonly retryable: boolean;
  readonly retryAfterSeconds: number | null;

  constructor(facts: ApiErrorFacts) {
    super(facts.message);
    this.name = "ApiError";
    this.status = facts.status;
    this.code = facts.code;
    this.detail = facts.detail ?? "";
    this.reason = facts.reason ?? null;
    this.params = facts.params ?? {};
    this.errors = facts.errors ?? [];
    this.requestId = facts.requestId ?? null;
    this.retryable = facts.retryable ?? false;
    this.retryAfterSeconds = facts.retryAfterSeconds ?? null;
  }
}

/** The server could not be reached at all; status 0. */
export function offlineError(): ApiError {
  return new ApiError({ status: 0, code: "offline", message: "", retryable: true });
}

/** Reads an answer's error body; whatever is no JSON error of ours becomes code `unknown`. */
export function parseError(status: number, body: string, header: HeaderLookup): ApiError {
  const requestId = header("X-Request-Id");
  const retryAfter = Number(header("Retry-After") ?? NaN);
  const retryAfterSeconds = Number.isFinite(retryAfter) ? retryAfter : null;
  const error = errorMember(body);
  if (error === null) {
    return new ApiError({ status, code: "unknown", message: "", requestId, retryAfterSeconds });
  }
  return new ApiError({
    status,
    code: text(error.code) ?? "unknown",
    message: text(error.message) ?? "",
    detail: text(error.detail) ?? "",
    reason: text(error.reason),
    params: record(error.params) ?? {},
    errors: Array.isArray(error.errors) ? error.errors.map(fieldProblem) : [],
    requestId: text(error.request_id) ?? requestId,
    retryable: error.retryable === true,
    retryAfterSeconds: number(error.retry_after) ?? retryAfterSeconds,
  });
}

export type HeaderLookup = (name: string) => string | null;

function errorMember(body: string): Record<string, unknown> | null {
  try {
    return record(record(JSON.parse(body))?.error);
  } catch {
    return null;
  }
}

function fieldProblem(value: unknown): FieldProblem {
  const problem = record(value) ?? {};
  return {
    pointer: text(problem.pointer) ?? "",
    reason: text(problem.reason),
    message: text(problem.message) ?? "",
  };
}

function record(value: unknown): Record<string, unknown> | null {
  const isRecord = typeof value === "object" && value !== null && !Array.isArray(value);
  return isRecord ? (value as Record<string, unknown>) : null;
}

function text(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

function number(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}
