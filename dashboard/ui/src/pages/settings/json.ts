import { t } from "../../lib/i18n";

/** Where a text stops being JSON, in words; undefined where it is. */
export function jsonProblem(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    const told = error instanceof Error ? error.message : "";
    const line = lineOf(text, told);
    return line === null ? told : t("editor.notJson", { line, told });
  }
}

/** Browsers tell the place as a position or as a line. */
function lineOf(text: string, told: string): number | null {
  const line = /line (\d+)/.exec(told)?.[1];
  if (line !== undefined) return Number(line);
  const position = /position (\d+)/.exec(told)?.[1];
  return position === undefined ? null : text.slice(0, Number(position)).split("\n").length;
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
