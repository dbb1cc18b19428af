/** Texts of errors in other languages than English, whose texts come from the registry. */

export interface CodeTexts {
  title: string;
  message: string;
  cure: string;
}

export interface ErrorCatalogue {
  codes: Readonly<Record<string, CodeTexts>>;
  /** A reason without a text of its own is told by its code's. */
  reasons: Readonly<Record<string, string>>;
}

let catalogue: ErrorCatalogue | null = null;

/** The translated texts, or null in English. */
export function translatedErrors(): ErrorCatalogue | null {
  return catalogue;
}

export async function loadErrors(language: "en" | "de"): Promise<void> {
  catalogue = language === "en" ? null : (await import("../../locales/errors.de.json")).default;
}
