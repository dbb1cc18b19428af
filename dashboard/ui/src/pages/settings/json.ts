import { t } from "../../lib/i18n";

/** Where a text stops being JSON, in words; undefined where it is. */
export function jsonProblem(text: string): string | undefined {
  const fault = jsonFault(text);
  return fault === null ? undefined : t("editor.notJson", { ...fault });
}

/** On which line a text stops being JSON, and the browser's words for it; null where it is. */
export function jsonFault(text: string): { line: number; told: string } | null {
  try {
    JSON.parse(text);
    return null;
  } catch (error) {
    const told = error instanceof Error ? error.message : "";
    return { line: lineOf(text, told), told };
  }
}

/** Browsers tell the place as a position or as a line, and none where the text just ends. */
function lineOf(text: string, told: string): number {
  const line = /line (\d+)/.exec(told)?.[1];
  if (line !== undefined) return Number(line);
  const position = /position (\d+)/.exec(told)?.[1];
  const before = position === undefined ? text.trimEnd() : text.slice(0, Number(position));
  return before.split("\n").length;
}

/** Whether it is a JSON object. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A member of something that may be anything. */
export function member(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

/** Whether it is a list of texts. */
export function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((one) => typeof one === "string");
}

/** The members that nobody knows. */
export function unknownMembers(value: unknown, known: readonly string[]): string[] {
  return typeof value === "object" && value !== null
    ? Object.keys(value).filter((name) => !known.includes(name))
    : [];
}
