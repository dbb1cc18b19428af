/** What to tell the person about a failed call: title, sentence and what to do next. */
import { t } from "../lib/i18n";
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
  const row = isErrorCode(error.code) ? errorTexts[error.code] : null;
  if (row === null) return unknownWords(error);
  const params = shownParams(error);
  const sentence = isReason(error.reason) ? reasonMessages[error.reason] : row.message;
  return {
    title: row.title,
    message: withDetail(formatMessage(sentence, params, "en"), error.detail),
    cure: row.cure,
  };
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
