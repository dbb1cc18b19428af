/** Where marks such as `**` open and close a span. */

/** A span ends within so many characters of its beginning, or is none. */
export const REACH = 1000;

/** Marks open before what is no blank; underscores only where no word goes on. */
export function opens(text: string, at: number, mark: string): boolean {
  const after = text[at + mark.length] ?? " ";
  if (/\s/.test(after)) return false;
  return !mark.startsWith("_") || !/\w/.test(text[at - 1] ?? "");
}

/** Where the mark of a span that begins at `start` stands again; null if that is nowhere near. */
export function closingMark(
  text: string,
  start: number,
  { mark, misses }: { mark: string; misses: Map<string, number> },
): number | null {
  const limit = Math.min(text.length, start + REACH);
  const from = Math.max(start, misses.get(mark) ?? 0);
  for (let end = text.indexOf(mark, from); end >= 0 && end < limit;) {
    if (end > start && closes(text, end, mark)) return end;
    end = text.indexOf(mark, end + 1);
  }
  misses.set(mark, limit);
  return null;
}

/** Marks close after what is no blank, and are as long as the one that opened. */
function closes(text: string, end: number, mark: string): boolean {
  const [before = " ", after = " "] = [text[end - 1], text[end + mark.length]];
  if (before === "\\" || /\s/.test(before)) return false;
  const isLonger = mark.length === 1 && (after === mark || before === mark);
  return !isLonger && !(mark.startsWith("_") && /\w/.test(after));
}
