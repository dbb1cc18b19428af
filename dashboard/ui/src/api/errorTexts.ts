/** The texts of every error: English from the registry, other languages from their catalogue. */
import type { Language } from "../lib/i18n";
import { errorTexts, reasonMessages } from "./schema.gen";

export interface ErrorTexts {
  codes: Readonly<Record<string, { title: string; message: string; cure: string }>>;
  /** A reason without a text of its own is told by its code's. */
  reasons: Readonly<Record<string, string>>;
}

export async function errorTextsIn(language: Language): Promise<ErrorTexts> {
  if (language === "en") return { codes: errorTexts, reasons: reasonMessages };
  return (await import("../locales/de/errors.json")).default;
}
