/** Texts of the interface in the person's language: `t("key", params)`. */
import en from "../../locales/en.json";
import { readPreference, writePreference } from "../preferences";
import { createStore } from "../store";
import { loadErrors } from "./errors";
import { formatMessage, type Params } from "./message";

export type TextKey = keyof typeof en;
export const LANGUAGES = ["en", "de"] as const;
export type Language = (typeof LANGUAGES)[number];

type Catalogue = Readonly<Record<TextKey, string>>;
let catalogue: Catalogue = en;

export const language = createStore<Language>("en");

export function t(key: TextKey, params: Params = {}): string {
  return formatMessage(catalogue[key], params, language.get());
}

/** Loads the catalogue that this browser asked for; called once, before the first render. */
export async function loadLanguage(): Promise<void> {
  await applyLanguage(preferredLanguage(readPreference("language"), navigator.languages));
}

export async function chooseLanguage(next: Language): Promise<void> {
  writePreference("language", next);
  await applyLanguage(next);
}

/** The stored choice, else the first of the browser's languages that we have, else English. */
export function preferredLanguage(stored: string | null, wanted: readonly string[]): Language {
  const candidates = [stored ?? "", ...wanted.map((tag) => tag.split("-")[0] ?? "")];
  return candidates.find(isLanguage) ?? "en";
}

function isLanguage(tag: string): tag is Language {
  return (LANGUAGES as readonly string[]).includes(tag);
}

async function applyLanguage(next: Language): Promise<void> {
  catalogue = next === "en" ? en : (await import("../../locales/de.json")).default;
  await loadErrors(next);
  document.documentElement.lang = next;
  language.set(next);
}
