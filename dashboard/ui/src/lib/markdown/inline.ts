/**
 * Spans of Markdown: CommonMark 0.31 section 6 and the strikethrough, task and address extensions
 * of GitHub, without raw HTML, which stays text.
 *
 * A span ends within `REACH` characters of its beginning or is none: whatever the text is, the
 * work grows with its length and not with its square.
 */
import { safeHref } from "./address";
import { closingMark, opens, REACH } from "./emphasis";
import type { Inline, References } from "./nodes";

const DEEPEST = 8;
const ESCAPABLE = /[!-/:-@[-`{-~]/;
const BARE_ADDRESS = /^https?:\/\/[^\s<>"']{1,2000}/;
const EMPHASES = [
  ["**", "strong"],
  ["__", "strong"],
  ["~~", "struck"],
  ["*", "emphasis"],
  ["_", "emphasis"],
] as const;

interface Found {
  node: Inline | string;
  /** Where the text goes on. */
  end: number;
}

/** The spans of a paragraph, a heading or a cell. */
export function parseInline(text: string, references: References, depth = 0): Inline[] {
  const found: Inline[] = [];
  const misses = new Map<string, number>();
  let plain = "";
  const flush = () => {
    if (plain !== "") found.push({ kind: "text", text: plain });
    plain = "";
  };
  for (let at = 0; at < text.length;) {
    const { node, end } = readSpan({ text, at, references, depth, misses });
    if (typeof node === "string") plain += node;
    else {
      flush();
      found.push(node);
    }
    at = end;
  }
  flush();
  return found;
}

interface Place {
  text: string;
  at: number;
  references: References;
  depth: number;
  /** Up to where it is known that nothing closes a mark, so that this is looked for once. */
  misses: Map<string, number>;
}

function readSpan(place: Place): Found {
  const { text, at } = place;
  const character = text[at] ?? "";
  const found = place.depth < DEEPEST ? special(character, place) : null;
  return found ?? { node: character, end: at + 1 };
}

function special(character: string, place: Place): Found | null {
  switch (character) {
    case "\\":
      return readEscape(place);
    case "`":
      return readCode(place);
    case "!":
      return readImage(place);
    case "[":
      return readLink(place);
    case "<":
      return readAddress(place);
    case "h":
      return readBareAddress(place);
    case "\n":
      return readBreak(place);
    case "*":
    case "_":
    case "~":
      return readEmphasis(place);
    default:
      return null;
  }
}

function readEscape({ text, at }: Place): Found | null {
  const next = text[at + 1] ?? "";
  if (next === "\n") return { node: { kind: "break" }, end: at + 2 };
  return ESCAPABLE.test(next) ? { node: next, end: at + 2 } : null;
}

function readBreak({ text, at }: Place): Found {
  const isHard = text.slice(Math.max(0, at - 2), at) === "  ";
  return { node: isHard ? { kind: "break" } : "\n", end: at + 1 };
}

function readCode({ text, at }: Place): Found | null {
  let length = 1;
  while (text[at + length] === "`") length += 1;
  const ticks = "`".repeat(length);
  const start = at + length;
  const reach = text.slice(start, start + REACH);
  for (let end = reach.indexOf(ticks); end >= 0; end = reach.indexOf(ticks, end + 1)) {
    if (reach[end + length] === "`" || reach[end - 1] === "`") continue;
    const inner = reach.slice(0, end).replaceAll("\n", " ");
    const isPadded = inner.length > 2 && inner.startsWith(" ") && inner.endsWith(" ");
    const code = isPadded ? inner.slice(1, -1) : inner;
    return { node: { kind: "code", text: code }, end: start + end + length };
  }
  return { node: ticks, end: start };
}

function readImage(place: Place): Found | null {
  const { text, at } = place;
  if (text[at + 1] !== "[") return null;
  const label = readLabel(text, at + 1);
  if (label === null) return null;
  const target = readTarget(place, label);
  if (target === null) return null;
  return { node: { kind: "image", alt: label.text }, end: target.end };
}

function readLink(place: Place): Found | null {
  const { text, at, references, depth } = place;
  const label = readLabel(text, at);
  if (label === null) return null;
  const target = readTarget(place, label);
  if (target === null) return null;
  const children = withoutLinks(parseInline(label.text, references, depth + 1));
  return { node: { kind: "link", href: safeHref(target.address), children }, end: target.end };
}

/** A link has no other links in it. */
function withoutLinks(spans: readonly Inline[]): Inline[] {
  return spans.flatMap((span): Inline[] => {
    if (!("children" in span)) return [span];
    const children = withoutLinks(span.children);
    return span.kind === "link" ? children : [{ ...span, children }];
  });
}

interface Label {
  text: string;
  end: number;
}

/** What stands between a bracket and the one that closes it. */
function readLabel(text: string, at: number): Label | null {
  const first = text.indexOf("]", at);
  if (first < 0 || first - at > REACH) return null;
  let open = 0;
  for (let end = at; end < text.length && end - at < REACH; end += 1) {
    const character = text[end];
    if (character === "\\") end += 1;
    else if (character === "[") open += 1;
    else if (character === "]") open -= 1;
    if (open === 0) return { text: text.slice(at + 1, end), end: end + 1 };
  }
  return null;
}

/** Where a label leads: `(address "title")`, `[name]`, or the label is itself a name. */
function readTarget(
  { text, references }: Place,
  label: Label,
): { address: string; end: number } | null {
  if (text[label.end] === "(") {
    const close = closingParenthesis(text, label.end);
    if (close === null) return null;
    const [address = ""] = text
      .slice(label.end + 1, close)
      .trim()
      .split(/\s/, 1);
    return { address: address.replace(/^<|>$/g, ""), end: close + 1 };
  }
  const name = text[label.end] === "[" ? readLabel(text, label.end) : null;
  const wanted = name === null || name.text === "" ? label.text : name.text;
  const address = references.get(wanted.toLowerCase());
  return address === undefined ? null : { address, end: name?.end ?? label.end };
}

function closingParenthesis(text: string, at: number): number | null {
  let open = 0;
  for (let end = at; end < text.length && end - at < REACH; end += 1) {
    if (text[end] === "(") open += 1;
    else if (text[end] === ")") open -= 1;
    if (open === 0) return end;
  }
  return null;
}

function readAddress({ text, at }: Place): Found | null {
  const close = text.slice(at, at + REACH).indexOf(">");
  if (close < 0) return null;
  const address = text.slice(at + 1, at + close);
  const href = /\s/.test(address) ? null : safeHref(address);
  if (href === null) return null;
  return { node: link(href, address), end: at + close + 1 };
}

function readBareAddress({ text, at }: Place): Found | null {
  if (/\w/.test(text[at - 1] ?? "")) return null;
  const [raw] = BARE_ADDRESS.exec(text.slice(at, at + REACH)) ?? [];
  if (raw === undefined) return null;
  const address = raw.replace(/[.,;:!?*_~)\]]{1,9}$/, "");
  const href = safeHref(address);
  return href === null ? null : { node: link(href, address), end: at + address.length };
}

function link(href: string, text: string): Inline {
  return { kind: "link", href, children: [{ kind: "text", text }] };
}

function readEmphasis(place: Place): Found | null {
  const { text, at, references, depth, misses } = place;
  for (const [mark, kind] of EMPHASES) {
    if (!text.startsWith(mark, at) || !opens(text, at, mark)) continue;
    const start = at + mark.length;
    const end = closingMark(text, start, { mark, misses });
    if (end === null) continue;
    const children = parseInline(text.slice(start, end), references, depth + 1);
    return { node: { kind, children }, end: end + mark.length };
  }
  return null;
}
