import { type RefObject, useEffect, useRef } from "react";
import { survivingIndex } from "./keys";

const LAYERS = "[role=dialog], [role=alertdialog], [role=menu]";

/** A row's key before and after. */
export interface Moved {
  from: string;
  to: string;
}

interface FocusFacts {
  grid: RefObject<HTMLElement | null>;
  order: readonly string[];
  focusedIndex: number;
  setFocused: (index: number) => void;
  focusRow: (index: number) => void;
  moved: Moved | null | undefined;
}

/**
 * When the row that has focus goes away, the next one gets it. A dialog or menu that was opened
 * from the grid counts as part of it: what was asked there is often what took the row away.
 */
export function useFocusKept(facts: FocusFacts): void {
  const { grid, order, moved } = facts;
  const isOwner = useRef(false);
  const before = useRef({ ...facts });
  useEffect(() => {
    const follow = ({ target }: FocusEvent) => {
      if (!(target instanceof Element) || target.closest(LAYERS) !== null) return;
      isOwner.current = grid.current?.contains(target) ?? false;
    };
    document.addEventListener("focusin", follow);
    return () => document.removeEventListener("focusin", follow);
  }, [grid]);
  useEffect(() => {
    const { order: old, focusedIndex, setFocused, focusRow } = before.current;
    if (old === order) return;
    const isMoved = moved != null && old[focusedIndex] === moved.from;
    const place = isMoved ? order.indexOf(moved.to) : -1;
    const index = place >= 0 ? place : survivingIndex(old, focusedIndex, order);
    if (isOwner.current && document.activeElement === document.body) focusRow(index);
    else setFocused(index);
  }, [order, moved]);
  useEffect(() => {
    before.current = facts;
  });
}
