/**
 * Where one was in lists that were left, for the way back: kept by the step of the tab's history
 * at which a list was entered, as long as the page lasts.
 */
import { NOTHING, type Selection } from "./selection";

export interface Position {
  scrollTop: number;
  /** The row that had, or would get, the focus. */
  focusedKey: string | null;
  selection: Selection;
}

const TOP: Position = { scrollTop: 0, focusedKey: null, selection: NOTHING };
const kept = new Map<number, { place: string; position: Position }>();
/** The row to begin at in the list that is shown next. */
let expected: string | null = null;
let isFocusCarried = false;

/**
 * Where one was in the list that the step of the history shows; at the top if one never was. Steps
 * that change nothing but what is shown beside the list belong to the one that entered it.
 */
export function recallPosition(step: number, place: string): Position {
  const entered = Math.max(...[...kept.keys()].filter((known) => known <= step));
  const found = kept.get(entered);
  return found?.place === place ? found.position : TOP;
}

/** Keeps something of a list under the step that entered it. */
export function keepPosition(step: number, place: string, part: Partial<Position> = {}): void {
  const known = kept.get(step);
  const before = known?.place === place ? known.position : recallPosition(step, place);
  kept.set(step, { place, position: { ...before, ...part } });
}

/** A new way was taken from here: steps that lay ahead are no more. */
export function forgetFrom(step: number): void {
  for (const known of [...kept.keys()]) if (known >= step) kept.delete(known);
}

/** Begins the next list at this row: going up leads to the folder one comes from. */
export function expectRow(key: string): void {
  expected = key;
}

/** The row that is expected in this list; asked for once it is shown. */
export function takeExpectedRow(): string | null {
  const key = expected;
  expected = null;
  return key;
}

/** Hands the focus of a list that goes away on to the one that comes. */
export function carryFocus(isCarried: boolean): void {
  isFocusCarried = isCarried;
}

/** Whether focus was handed on and nobody has taken it yet. */
export function takeFocus(): boolean {
  const isTaken = isFocusCarried;
  isFocusCarried = false;
  return isTaken;
}

interface History {
  subscribe: (
    listener: (change: {
      action: { type: string };
      location: { state: { __TSR_index: number } };
    }) => void,
  ) => unknown;
}

/** Keeps what is known in step with the tab's history, from now on. */
export function followHistory(history: History): void {
  history.subscribe(({ action, location }) => {
    if (action.type === "PUSH") forgetFrom(location.state.__TSR_index);
  });
}
