import { type RefObject, useEffect, useLayoutEffect, useRef } from "react";

/** Where a list is entered, and how it was left. */
export interface ListPosition {
  scrollTop: number;
  focusedKey: string | null;
}

export interface Arrival extends ListPosition {
  /** Whether the focus was in the list that this one follows. */
  takesFocus: boolean;
}

export interface Leaving extends ListPosition {
  hadFocus: boolean;
}

interface ArrivalFacts {
  grid: RefObject<HTMLElement | null>;
  order: readonly string[];
  focusedIndex: number;
  setFocused: (index: number) => void;
  focusRow: (index: number) => void;
  onArrive: (() => Arrival) | undefined;
  onLeave: ((leaving: Leaving) => void) | undefined;
}

/** Goes to where the list was left, and tells where it is left. */
export function useArrival(facts: ArrivalFacts): void {
  const latest = useRef(facts);
  useEffect(() => {
    latest.current = facts;
  });
  useLayoutEffect(() => {
    const { grid, order, setFocused, focusRow, onArrive } = latest.current;
    const element = grid.current;
    const arrival = onArrive?.();
    if (element === null || arrival === undefined) return;
    element.scrollTop = arrival.scrollTop;
    const index = arrival.focusedKey === null ? -1 : order.indexOf(arrival.focusedKey);
    if (arrival.takesFocus) focusRow(Math.max(0, index));
    else if (index >= 0) setFocused(index);
    return () => {
      const { order: rows, focusedIndex, onLeave } = latest.current;
      onLeave?.({
        scrollTop: element.scrollTop,
        focusedKey: rows[focusedIndex] ?? null,
        hadFocus: element.contains(document.activeElement),
      });
    };
  }, []);
}
