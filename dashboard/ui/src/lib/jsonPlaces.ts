/** Where in a JSON text a value stands, so that what is wrong with it can be pointed at. */

/** From the outermost value inwards: names of members, numbers of elements. */
export type JsonPath = readonly (string | number)[];

interface Token {
  text: string;
  offset: number;
}

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\]:,]|[^\s{}[\]:,"]+/g;

/** The line, from 1, on which the value at the end of the path begins, or as far as there is one. */
export function lineOfPath(text: string, path: JsonPath): number {
  const tokens = Array.from(text.matchAll(TOKEN), (match): Token => ({
    text: match[0],
    offset: match.index,
  }));
  let at = 0;
  for (const step of path) {
    const next = childOf(tokens, at, step);
    if (next === null) break;
    at = next;
  }
  return text.slice(0, tokens[at]?.offset ?? 0).split("\n").length;
}

function childOf(tokens: readonly Token[], start: number, step: string | number): number | null {
  const opening = tokens[start]?.text;
  if (opening !== "{" && opening !== "[") return null;
  let at = start + 1;
  let found: number | null = null;
  for (let index = 0; !isClosing(tokens[at]); index++) {
    const name: unknown = opening === "{" ? JSON.parse(tokens[at]?.text ?? "null") : index;
    const value = opening === "{" ? at + 2 : at;
    // Of members of one name the last one counts, as for the parser.
    if (name === step) found = value;
    at = afterValue(tokens, value);
    if (tokens[at]?.text === ",") at++;
  }
  return found;
}

function afterValue(tokens: readonly Token[], start: number): number {
  let depth = 0;
  for (let at = start; at < tokens.length; at++) {
    const token = tokens[at];
    if (token?.text === "{" || token?.text === "[") depth++;
    else if (isClosing(token)) depth--;
    if (depth <= 0) return at + 1;
  }
  return tokens.length;
}

function isClosing(token: Token | undefined): boolean {
  return token === undefined || token.text === "}" || token.text === "]";
}
