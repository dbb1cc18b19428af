/** What becomes of what is deleted. */
import { type TextKey, t } from "../../lib/i18n";

/** Looking for so many markers takes no longer than a toast is shown. */
export const MOST_UNDONE = 100;

/** Gone for good, or kept as an earlier version, with or without an undo right afterwards. */
export type Outcome = "gone" | "kept" | "undoable";

interface Facts {
  /** Where nobody knows, it counts as not. */
  keepsVersions: boolean;
  /** Whether the person may take the markers away again that a deletion leaves. */
  mayUndo: boolean;
  objects: number;
}

export function outcomeOf({ keepsVersions, mayUndo, objects }: Facts): Outcome {
  if (!keepsVersions) return "gone";
  return mayUndo && objects <= MOST_UNDONE ? "undoable" : "kept";
}

/** Of one object and of many, and what the button says. */
const WORDS: Record<Outcome, Record<"one" | "many" | "act", TextKey>> = {
  gone: { one: "delete.one", many: "delete.many", act: "delete.confirm" },
  kept: { one: "delete.keptOne", many: "delete.keptMany", act: "action.delete" },
  undoable: { one: "delete.undoableOne", many: "delete.undoableMany", act: "action.delete" },
};

/** What is about to happen; by its name where it is one object. */
export function outcomeText(
  outcome: Outcome,
  { name, count, size }: { name?: string | undefined; count: number; size: string },
): string {
  const words = WORDS[outcome];
  return name === undefined ? t(words.many, { count, size }) : t(words.one, { name, size });
}

export const outcomeAction = (outcome: Outcome) => t(WORDS[outcome].act);
