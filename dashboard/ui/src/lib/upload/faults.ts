/** What a failed request means for its upload. */

/** Seconds of silence after which a request counts as dead. */
export class StalledError extends Error {
  readonly code = "stalled";
  readonly retryable = true;
  readonly retryAfterSeconds = null;
}

export type FaultKind = "stopped" | "conflict" | "blocked" | "retry" | "failed";

export interface Fault {
  kind: FaultKind;
  retryAfterSeconds: number | null;
}

const BLOCKING = new Set([
  "quota_exceeded",
  "too_large",
  "type_not_allowed",
  "forbidden",
  "ip_denied",
  "invalid_key",
]);

export function judge(error: unknown): Fault {
  const { name, code, retryable, retryAfterSeconds } = facts(error);
  const after = typeof retryAfterSeconds === "number" ? retryAfterSeconds : null;
  if (name === "AbortError") return { kind: "stopped", retryAfterSeconds: null };
  if (code === "object_exists") return { kind: "conflict", retryAfterSeconds: null };
  if (typeof code === "string" && BLOCKING.has(code)) {
    return { kind: "blocked", retryAfterSeconds: null };
  }
  return { kind: retryable === true ? "retry" : "failed", retryAfterSeconds: after };
}

function facts(error: unknown): Record<string, unknown> {
  return typeof error === "object" && error !== null ? (error as Record<string, unknown>) : {};
}
