/** The colour theme: the system's unless the person chose one. `theme-boot.js` paints it first. */
import { readPreference, writePreference } from "./preferences";
import { createStore } from "./store";

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

const stored = readPreference("theme");
export const theme = createStore<Theme>(
  stored === "light" || stored === "dark" ? stored : "system",
);

export function chooseTheme(next: Theme): void {
  const root = document.documentElement;
  if (next === "system") delete root.dataset.theme;
  else root.dataset.theme = next;
  writePreference("theme", next === "system" ? null : next);
  theme.set(next);
}
