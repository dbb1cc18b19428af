import { type RefObject, useEffect, useRef } from "react";
import { survivingIndex } from "./keys";

const LAYERS = "[role=dialog], [role=alertdialog], [role=menu]";

interface FocusFacts {
  grid: RefObject<HTMLElement | null>;
  order: readonly string[];
  focusedIndex: number;
  setFocused: (index: number) => void;
  focusRow: (index: number) => void;
}

/**
 * When the row that has focus goes away, the next one gets it. A dialog or menu that was opened
 * from the grid counts as part of it: what was asked there is often what took the row away.
 */
export function useFocusKept(facts: FocusFacts): void {
  const { grid, order } = facts;
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
    const index = survivingIndex(old, focusedIndex, order);
    if (isOwner.current && document.activeElement === document.body) focusRow(index);
    else setFocused(index);
  }, [order]);
  useEffect(() => {
    before.current = facts;
  });
}
