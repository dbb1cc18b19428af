/** What is stored with an object beside its bytes, while it is edited and compared. */

export const HEADER_NAMES = [
  "content_type",
  "cache_control",
  "content_disposition",
  "content_encoding",
  "content_language",
] as const;
export type HeaderName = (typeof HEADER_NAMES)[number];

export interface StoredFacts {
  headers: Readonly<Record<HeaderName, string>>;
  metadata: readonly (readonly [name: string, value: string])[];
}

type Known = Partial<Record<HeaderName, string>> & {
  metadata?: Readonly<Record<string, string>>;
};

/** The facts of an object as the server tells it; what is not set is empty. */
export function factsOf(info: Known): StoredFacts {
  const pairs = HEADER_NAMES.map((name) => [name, info[name] ?? ""] as const);
  return {
    headers: Object.fromEntries(pairs) as Record<HeaderName, string>,
    metadata: Object.entries(info.metadata ?? {}),
  };
}

/** As header lines in a fixed order, for people to compare; equal facts make equal texts. */
export function toLines({ headers, metadata }: StoredFacts): string {
  const own = HEADER_NAMES.filter((name) => headers[name] !== "").map(
    (name) => `${headerTitle(name)}: ${headers[name]}`,
  );
  const others = metadata.map(([name, value]) => `x-amz-meta-${name.trim()}: ${value}`);
  return [...own, ...others.sort()].join("\n");
}

/** `content_type` as `Content-Type`. */
export function headerTitle(name: HeaderName): string {
  return name
    .split("_")
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join("-");
}

export type FactsProblem = "name" | "value" | "twice" | "large";

const NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}$/;
const VALUE = /^[ -~]*$/;
const MOST_BYTES = 2048;

/** Why facts cannot be stored, by the rules of S3; null if they can. */
export function judgeFacts({ headers, metadata }: StoredFacts): FactsProblem | null {
  const names = metadata.map(([name]) => name.trim().toLowerCase());
  if (!names.every((name) => NAME.test(name))) return "name";
  if (new Set(names).size < names.length) return "twice";
  const values = [...metadata.map(([, value]) => value), ...Object.values(headers)];
  if (!values.every((value) => VALUE.test(value))) return "value";
  const size = metadata.reduce((sum, [name, value]) => sum + name.trim().length + value.length, 0);
  return size > MOST_BYTES ? "large" : null;
}
