import { type RefObject, useEffect, useRef } from "react";

const LAYERS = "[role=dialog], [role=alertdialog], [role=menu]";

/**
 * When the row that has focus goes away, the row in its place gets it. A dialog or menu that was
 * opened from the grid counts as part of it: what was asked there is often what took the row away.
 */
export function useFocusKept(
  grid: RefObject<HTMLElement | null>,
  rows: readonly unknown[],
  focusAgain: () => void,
): void {
  const isOwner = useRef(false);
  const again = useRef(focusAgain);
  useEffect(() => {
    again.current = focusAgain;
  });
  useEffect(() => {
    const follow = ({ target }: FocusEvent) => {
      if (!(target instanceof Element) || target.closest(LAYERS) !== null) return;
      isOwner.current = grid.current?.contains(target) ?? false;
    };
    document.addEventListener("focusin", follow);
    return () => document.removeEventListener("focusin", follow);
  }, [grid]);
  useEffect(() => {
    if (isOwner.current && document.activeElement === document.body) again.current();
  }, [rows]);
}
