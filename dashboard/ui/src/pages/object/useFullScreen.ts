import { type KeyboardEvent, type RefObject, useEffect } from "react";

/** What uses the arrow keys itself, or is written into. */
const OWN_KEYS =
  "input, textarea, select, video, audio, pre, [role=tab], [role=grid], [role=group], article";

interface FullScreen {
  isFull: boolean;
  onFull: (isFull: boolean) => void;
  /** Goes on to the next object of the list, or back to the one before; absent at its ends. */
  onNext: (() => void) | undefined;
  onPrevious: (() => void) | undefined;
}

/** The keys of an object's panel: `f` for the whole window, there arrows for the next object. */
export function useFullScreen(panel: RefObject<HTMLElement | null>, facts: FullScreen) {
  const { isFull, onFull, onNext, onPrevious } = facts;
  useEffect(() => {
    if (isFull) panel.current?.focus();
  }, [panel, isFull]);
  return (event: KeyboardEvent) => {
    const { target, key, defaultPrevented } = event;
    if (defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!(target instanceof Element) || target.closest("input, textarea, select") !== null) return;
    if (key === "f") onFull(!isFull);
    else if (!isFull || target.closest(OWN_KEYS) !== null) return;
    else if (key === "ArrowRight") onNext?.();
    else if (key === "ArrowLeft") onPrevious?.();
    else return;
    event.preventDefault();
  };
}
