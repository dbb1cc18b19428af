import { loadTexts } from "../../lib/i18n";

/** Letters belong to the search for a name; with Shift they act on the row. */
export const ACTION_KEYS: Readonly<Record<string, string>> = {
  Delete: "delete",
  F2: "rename",
  "Shift+C": "copy",
  "Shift+D": "download",
  "Shift+M": "move",
  "Shift+F6": "move",
  "Shift+S": "share",
  "Shift+T": "tags",
  "Shift+V": "versions",
};

/** The action that a key stands for. */
export function actionOfKey({ key, shiftKey }: Pick<KeyboardEvent, "key" | "shiftKey">) {
  return ACTION_KEYS[shiftKey ? `Shift+${key}` : key];
}

/** What can be done with rows comes with its icons and texts when it is first asked for. */
export async function loadActions() {
  const [actions] = await Promise.all([import("../work/rowActions"), loadTexts("work")]);
  return actions;
}
