/** What to tell the person about a failed call: title, sentence and what to do next. */
import { language, t } from "../lib/i18n";
import { type CodeTexts, translatedErrors } from "../lib/i18n/errors";
import { formatMessage, type Params } from "../lib/i18n/message";
import { ApiError } from "./error";
import { type ErrorCode, errorTexts, type ErrorReason, reasonMessages } from "./schema.gen";

export interface ErrorWords {
  title: string;
  message: string;
  cure: string;
}

/** The words for any thrown value; the registry's texts, refined by the reason. */
export function errorWords(error: unknown): ErrorWords {
  if (!(error instanceof ApiError)) return unknownWords(error);
  if (error.code === "offline") {
    return { title: t("error.offline"), message: t("error.offlineText"), cure: "" };
  }
  const row = isErrorCode(error.code) ? textsOf(error.code) : null;
  if (row === null) return unknownWords(error);
  const params = shownParams(error);
  const sentence = reasonSentence(error.reason) ?? row.message;
  return {
    title: row.title,
    message: withDetail(formatMessage(sentence, params, language.get()), error.detail),
    cure: row.cure,
  };
}

function textsOf(code: ErrorCode): CodeTexts {
  return translatedErrors()?.codes[code] ?? errorTexts[code];
}

/** Null where the reason says no more than its code does, in this language. */
function reasonSentence(reason: string | null): string | null {
  if (!isReason(reason)) return null;
  const translated = translatedErrors();
  return translated === null ? reasonMessages[reason] : (translated.reasons[reason] ?? null);
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

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorTexts, code);
}

function isReason(reason: string | null): reason is ErrorReason {
  return reason !== null && Object.hasOwn(reasonMessages, reason);
}
