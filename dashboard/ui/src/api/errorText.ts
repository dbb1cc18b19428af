/** What to tell the person about a failed call: title, sentence and what to do next. */
import { language, t } from "../lib/i18n";
import { formatMessage, type Params } from "../lib/i18n/message";
import { ApiError } from "./error";
import type { ErrorTexts } from "./errorTexts";

export interface ErrorWords {
  title: string;
  message: string;
  cure: string;
}

let texts: ErrorTexts | null = null;

/**
 * Loads the registry's texts in the person's language; called when a first call fails, so that
 * nobody waits for them before. Without them the server's own sentence is shown.
 */
export async function loadErrorTexts(): Promise<void> {
  try {
    texts = await (await import("./errorTexts")).errorTextsIn(language.get());
  } catch {
    // What keeps the texts away is most likely what the error is about.
  }
}

/** The words for any thrown value; the registry's texts, refined by the reason. */
export function errorWords(error: unknown): ErrorWords {
  if (!(error instanceof ApiError)) return unknownWords(error);
  if (error.code === "offline") {
    return { title: t("error.offline"), message: t("error.offlineText"), cure: "" };
  }
  const row = texts?.codes[error.code];
  if (row === undefined) return unknownWords(error);
  const sentence = texts?.reasons[error.reason ?? ""] ?? row.message;
  const message = formatMessage(sentence, shownParams(error), language.get());
  return { title: row.title, message: withDetail(message, error.detail), cure: row.cure };
}

/** The words of the whole error as one sentence, for toasts and rows. */
export function errorSentence(error: unknown): string {
  return errorWords(error).message;
}

function unknownWords(error: unknown): ErrorWords {
  const told = error instanceof Error ? error.message : "";
  const message = told === "" ? t("error.unknownText") : told;
  return { title: t("error.unknown"), message, cure: t("error.unknownCure") };
}

function withDetail(message: string, detail: string): string {
  return detail === "" ? message : `${message} (${detail})`;
}

function shownParams(error: ApiError): Params {
  const entries = Object.entries(error.params).map(([name, value]) => [name, shown(value)]);
  return Object.fromEntries(entries) as Params;
}

function shown(value: unknown): string | number {
  if (typeof value === "number" || typeof value === "string") return value;
  return Array.isArray(value) ? value.join(", ") : String(value);
}
