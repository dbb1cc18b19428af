/** Texts of the interface in the person's language: `t("key", params)`. */
import type admin from "../../locales/en/admin.json";
import type app from "../../locales/en/app.json";
import core from "../../locales/en/core.json";
import type help from "../../locales/en/help.json";
import type more from "../../locales/en/more.json";
import type object from "../../locales/en/object.json";
import type visitor from "../../locales/en/visitor.json";
import type work from "../../locales/en/work.json";
import { readPreference, writePreference } from "../preferences";
import { createStore } from "../store";
import { formatMessage, type Params } from "./message";

export type TextKey =
  | keyof typeof core
  | keyof typeof app
  | keyof typeof more
  | keyof typeof work
  | keyof typeof admin
  | keyof typeof help
  | keyof typeof object
  | keyof typeof visitor;
export const LANGUAGES = ["en", "de"] as const;
export type Language = (typeof LANGUAGES)[number];

type Catalogue = Readonly<Partial<Record<TextKey, string>>>;

/**
 * What is loaded when: `core` with the first page, `app` with the first one behind the sign-in,
 * `more` with the pages that manage keys, users and the log, `admin` with the rest of the
 * administration, `work` with what is done to buckets and objects beyond looking at them,
 * `help` with the palette, the list of keys and the tour, `object` with
 * the previews of documents and the editors of one object, `visitor` with what people with a link
 * see.
 */
export type Part = "core" | "app" | "more" | "work" | "admin" | "help" | "object" | "visitor";
const SOURCES: Readonly<Record<Language, Record<Part, () => Promise<{ default: Catalogue }>>>> = {
  en: {
    core: () => Promise.resolve({ default: core }),
    app: () => import("../../locales/en/app.json"),
    more: () => import("../../locales/en/more.json"),
    work: () => import("../../locales/en/work.json"),
    admin: () => import("../../locales/en/admin.json"),
    help: () => import("../../locales/en/help.json"),
    object: () => import("../../locales/en/object.json"),
    visitor: () => import("../../locales/en/visitor.json"),
  },
  de: {
    core: () => import("../../locales/de/core.json"),
    app: () => import("../../locales/de/app.json"),
    more: () => import("../../locales/de/more.json"),
    work: () => import("../../locales/de/work.json"),
    admin: () => import("../../locales/de/admin.json"),
    help: () => import("../../locales/de/help.json"),
    object: () => import("../../locales/de/object.json"),
    visitor: () => import("../../locales/de/visitor.json"),
  },
};

let catalogue: Catalogue = core;
const loaded = new Map<Part, Promise<void>>([["core", Promise.resolve()]]);

export const language = createStore<Language>("en");

/** The text of a key; the key itself where its part was not loaded, which a test would show. */
export function t(key: TextKey, params: Params = {}): string {
  return formatMessage(catalogue[key] ?? key, params, language.get());
}

/** Loads the texts that this browser asked for; called once, before the first render. */
export async function loadLanguage(): Promise<void> {
  await applyLanguage(preferredLanguage(readPreference("language"), navigator.languages));
}

/** Loads a part of the texts, once, in whatever language is in force. */
export function loadTexts(part: Part): Promise<void> {
  const started = loaded.get(part) ?? addTexts(part);
  loaded.set(part, started);
  return started;
}

async function addTexts(part: Part): Promise<void> {
  const tag = language.get();
  const { default: texts } = await SOURCES[tag][part]();
  // Whoever changed the language meanwhile has loaded this part along with the others.
  if (tag === language.get()) catalogue = { ...catalogue, ...texts };
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
  const parts = await Promise.all([...loaded.keys()].map((part) => SOURCES[next][part]()));
  catalogue = Object.assign({}, ...parts.map((part) => part.default)) as Catalogue;
  document.documentElement.lang = next;
  language.set(next);
}
