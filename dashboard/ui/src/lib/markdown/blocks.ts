/**
 * Blocks of Markdown: CommonMark 0.31 sections 4 and 5 and GitHub's tables, without raw HTML,
 * which stays text. What is nested deeper than anybody writes by hand stays text, too.
 */
import { parseInline } from "./inline";
import type { Align, Block, ListItem, References } from "./nodes";

const DEEPEST = 12;
const FENCE = /^ {0,3}(`{3,}|~{3,})[ ]*([^`\s]*)/;
const HEADING = /^ {0,3}(#{1,6})(?: (.*))?$/;
const QUOTE = /^ {0,3}> ?/;
const MARKER = /^( {0,3})([-*+]|\d{1,9}[.)])( |$)/;
const TASK = /^\[([ xX])\] /;
const REFERENCE = /^ {0,3}\[([^\]]{1,200})\]: *<?([^\s>]{1,2000})>?/;

interface Context {
  references: References;
  depth: number;
}

type Read = { block: Block | null; next: number } | null;
type Reader = (lines: readonly string[], at: number, context: Context) => Read;

/** The blocks of a text; every text is one, whatever is in it. */
export function parseMarkdown(text: string): Block[] {
  const lines = text.replace(/\r\n?/g, "\n").replaceAll("\t", "    ").split("\n");
  return parseBlocks(lines, { references: findReferences(lines), depth: 0 });
}

function findReferences(lines: readonly string[]): References {
  const found = new Map<string, string>();
  for (const line of lines) {
    const [, name, address] = REFERENCE.exec(line) ?? [];
    if (name !== undefined && address !== undefined && !found.has(name.toLowerCase())) {
      found.set(name.toLowerCase(), address);
    }
  }
  return found;
}

function parseBlocks(lines: readonly string[], context: Context): Block[] {
  const blocks: Block[] = [];
  for (let at = 0; at < lines.length;) {
    const found = readBlock(lines, at, context);
    if (found.block !== null) blocks.push(found.block);
    at = found.next;
  }
  return blocks;
}

const READERS: readonly Reader[] = [
  readFence,
  readHeading,
  readRule,
  readQuote,
  readList,
  readTable,
  readIndented,
  readReference,
];

function readBlock(lines: readonly string[], at: number, context: Context): NonNullable<Read> {
  if (isBlank(lines[at])) return { block: null, next: at + 1 };
  for (const read of READERS) {
    const found = read(lines, at, context);
    if (found !== null) return found;
  }
  return readParagraph(lines, at, context);
}

function isBlank(line: string | undefined): boolean {
  return line === undefined || line.trim() === "";
}

function readFence(lines: readonly string[], at: number): Read {
  const [, fence, language = ""] = FENCE.exec(lines[at] ?? "") ?? [];
  if (fence === undefined) return null;
  let end = at + 1;
  while (end < lines.length && !closesFence(lines[end] ?? "", fence)) end += 1;
  return {
    block: { kind: "code", text: lines.slice(at + 1, end).join("\n"), language },
    next: end + 1,
  };
}

function closesFence(line: string, fence: string): boolean {
  const bare = line.trim();
  return bare.startsWith(fence) && bare.replaceAll(fence[0] ?? "", "") === "";
}

function readHeading(lines: readonly string[], at: number, { references }: Context): Read {
  const [, signs, rest = ""] = HEADING.exec(lines[at] ?? "") ?? [];
  if (signs === undefined) return null;
  const text = rest.trim().replace(/ #{1,6}$/, "");
  const children = parseInline(text.trim(), references);
  return { block: { kind: "heading", level: signs.length, children }, next: at + 1 };
}

function readRule(lines: readonly string[], at: number): Read {
  const bare = (lines[at] ?? "").replaceAll(" ", "");
  if (bare.length < 3 || !/^(?:-+|\*+|_+)$/.test(bare)) return null;
  return { block: { kind: "rule" }, next: at + 1 };
}

function readQuote(lines: readonly string[], at: number, context: Context): Read {
  let end = at;
  while (QUOTE.test(lines[end] ?? "")) end += 1;
  if (end === at || context.depth >= DEEPEST) return null;
  const inner = lines.slice(at, end).map((line) => line.replace(QUOTE, ""));
  return { block: { kind: "quote", blocks: parseBlocks(inner, deeper(context)) }, next: end };
}

function deeper(context: Context): Context {
  return { ...context, depth: context.depth + 1 };
}

function readList(lines: readonly string[], at: number, context: Context): Read {
  const [, , first] = MARKER.exec(lines[at] ?? "") ?? [];
  if (first === undefined || context.depth >= DEEPEST) return null;
  const items: ListItem[] = [];
  let next = at;
  for (;;) {
    const marker = MARKER.exec(lines[next] ?? "")?.[2];
    if (marker?.at(-1) !== first.at(-1)) break;
    const end = endOfItem(lines, next);
    items.push(readItem(lines.slice(next, end), context));
    next = end;
  }
  const start = /\d/.test(first) ? Number.parseInt(first, 10) : null;
  return { block: { kind: "list", start, items }, next };
}

/** An item goes on with blank lines, lines that are indented, and the lines of its paragraph. */
function endOfItem(lines: readonly string[], at: number): number {
  let end = at + 1;
  while (end < lines.length) {
    const line = lines[end] ?? "";
    const isIndented = /^ {2}/.test(line);
    const isLazy = !isBlank(lines[end - 1]) && !startsBlock(line) && !isBlank(line);
    if (!isBlank(line) && !isIndented && !isLazy) break;
    if (MARKER.test(line) && !isDeeper(line, lines[at] ?? "")) break;
    end += 1;
  }
  return end;
}

/** Whether a marker stands below the text of the item and not below its marker. */
function isDeeper(line: string, head: string): boolean {
  const indent = line.length - line.trimStart().length;
  return indent >= Math.min(contentStart(head), 2 + indentOf(head));
}

const indentOf = (line: string) => line.length - line.trimStart().length;

function contentStart(head: string): number {
  const [whole = ""] = MARKER.exec(head) ?? [];
  return whole.length;
}

function readItem(lines: readonly string[], context: Context): ListItem {
  const [head = "", ...rest] = lines;
  const start = contentStart(head);
  const text = head.slice(start).trimStart();
  const task = TASK.exec(text)?.[1];
  const inner = [
    task === undefined ? text : text.slice(4),
    ...rest.map((line) => line.slice(Math.min(start, indentOf(line)))),
  ];
  const blocks = parseBlocks(inner, deeper(context));
  return { isDone: task === undefined ? null : task !== " ", blocks };
}

function readTable(lines: readonly string[], at: number, { references }: Context): Read {
  const head = splitRow(lines[at] ?? "");
  const marks = splitRow(lines[at + 1] ?? "");
  const isTable = (lines[at] ?? "").includes("|") && head.length === marks.length;
  if (!isTable || !marks.every((mark) => /^:?-+:?$/.test(mark))) return null;
  let end = at + 2;
  while (!isBlank(lines[end]) && !startsBlock(lines[end] ?? "")) end += 1;
  const cells = (row: readonly string[]) =>
    head.map((_, index) => parseInline(row[index] ?? "", references));
  const rows = lines.slice(at + 2, end).map((line) => cells(splitRow(line)));
  return {
    block: { kind: "table", align: marks.map(alignOf), head: cells(head), rows },
    next: end,
  };
}

function splitRow(line: string): string[] {
  const bare = line.trim().replace(/^\|/, "");
  const inner = bare.endsWith("|") && !bare.endsWith("\\|") ? bare.slice(0, -1) : bare;
  return inner.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll("\\|", "|"));
}

function alignOf(mark: string): Align {
  if (!mark.endsWith(":")) return "start";
  return mark.startsWith(":") ? "center" : "end";
}

function readIndented(lines: readonly string[], at: number): Read {
  let end = at;
  while (end < lines.length && (/^ {4}/.test(lines[end] ?? "") || isBlank(lines[end]))) end += 1;
  if (!/^ {4}/.test(lines[at] ?? "")) return null;
  const text = lines.slice(at, end).map((line) => line.slice(4));
  while (isBlank(text.at(-1)) && text.length > 0) text.pop();
  return { block: { kind: "code", text: text.join("\n"), language: "" }, next: end };
}

function readReference(lines: readonly string[], at: number): Read {
  return REFERENCE.test(lines[at] ?? "") ? { block: null, next: at + 1 } : null;
}

function startsBlock(line: string): boolean {
  const isList = MARKER.test(line);
  return isList || FENCE.test(line) || HEADING.test(line) || QUOTE.test(line);
}

function readParagraph(
  lines: readonly string[],
  at: number,
  { references }: Context,
): NonNullable<Read> {
  let end = at + 1;
  while (!isBlank(lines[end]) && !startsBlock(lines[end] ?? "")) {
    const level = underline(lines[end] ?? "");
    if (level !== null) {
      const children = parseInline(paragraphText(lines, at, end), references);
      return { block: { kind: "heading", level, children }, next: end + 1 };
    }
    if (readRule(lines, end) !== null) break;
    end += 1;
  }
  const children = parseInline(paragraphText(lines, at, end), references);
  return { block: { kind: "paragraph", children }, next: end };
}

/** Lines under a heading: `===` of the first level, `---` of the second. */
function underline(line: string): number | null {
  const bare = line.trim();
  if (/^=+$/.test(bare)) return 1;
  return /^-+$/.test(bare) ? 2 : null;
}

function paragraphText(lines: readonly string[], at: number, end: number): string {
  const text = lines.slice(at, end).map((line) => line.trimStart());
  return text.join("\n").trimEnd();
}
