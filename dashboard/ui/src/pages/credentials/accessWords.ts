import type { LevelName, PresetName } from "../../api/schema.gen";
import { type TextKey, t } from "../../lib/i18n";

export const PRESETS: Record<PresetName, TextKey> = {
  readonly: "preset.readonly",
  readwrite: "preset.readwrite",
  "append-only": "preset.appendOnly",
  "drop-box": "preset.dropBox",
  full: "preset.full",
};

/** What a preset or a list of levels allows, in a few words. */
export function accessWords(access: PresetName | LevelName[]): string {
  return Array.isArray(access) ? access.join(", ") : t(PRESETS[access]);
}
