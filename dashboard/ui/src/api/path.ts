/** Builds request paths; every value is percent-encoded, so that no key can leave its place. */

export type QueryValue = string | number | boolean | readonly string[] | undefined;
export type Query = Readonly<Record<string, QueryValue>>;

/** A template tag: `path\`/api/backends/${id}\`` encodes each value as one path segment. */
export function path(parts: TemplateStringsArray, ...values: readonly string[]): string {
  return parts.reduce((whole, part, index) => {
    return whole + encodeURIComponent(values[index - 1] ?? "") + part;
  });
}

/** Appends the query; `undefined` members are left out, lists repeat their name. */
export function withQuery(base: string, query: Query = {}): string {
  const pairs = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue;
    for (const item of Array.isArray(value) ? value : [value]) pairs.append(name, String(item));
  }
  const text = pairs.toString();
  return text === "" ? base : `${base}?${text}`;
}
