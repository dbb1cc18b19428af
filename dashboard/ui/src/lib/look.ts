/** How dense and how contrasting it looks; set on the document, kept in this browser. */
import { readPreference, writePreference } from "./preferences";
import { createStore } from "./store";

export const DENSITIES = ["compact", "regular", "relaxed"] as const;
export type Density = (typeof DENSITIES)[number];
export const CONTRASTS = ["system", "more"] as const;
export type Contrast = (typeof CONTRASTS)[number];

const stored = <T extends string>(name: string, known: readonly T[], fallback: T): T =>
  known.find((value) => value === readPreference(name)) ?? fallback;

export const density = createStore<Density>(stored("density", DENSITIES, "regular"));
export const contrast = createStore<Contrast>(stored("contrast", CONTRASTS, "system"));

export function chooseDensity(next: Density): void {
  writePreference("density", next);
  document.documentElement.dataset.density = next;
  density.set(next);
}

export function chooseContrast(next: Contrast): void {
  writePreference("contrast", next);
  document.documentElement.dataset.contrast = next;
  contrast.set(next);
}
