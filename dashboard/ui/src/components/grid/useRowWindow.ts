import { type RefObject, useLayoutEffect, useMemo, useState } from "react";
import { drawnRows, scrolledTo, type Shown } from "./rowWindow";

const USUAL_HEIGHT = 36;

/** Follows the scroll position; the element is drawn anew only when other rows come into view. */
export function useRowWindow(
  scroller: RefObject<HTMLElement | null>,
  count: number,
  focusedIndex: number,
) {
  const size = useMemo(() => readRowHeight(), []);
  const [shown, setShown] = useState<Shown>({ first: 0, room: 0 });
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const look = () => {
      const first = Math.floor(element.scrollTop / size);
      const room = Math.ceil(element.clientHeight / size) + 1;
      setShown((old) => (old.first === first && old.room === room ? old : { first, room }));
    };
    look();
    const observer = new ResizeObserver(look);
    observer.observe(element);
    element.addEventListener("scroll", look, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener("scroll", look);
    };
  }, [scroller, size]);
  const scrollTo = (index: number) => {
    const element = scroller.current;
    if (element === null) return;
    const { scrollTop: top, clientHeight: height } = element;
    element.scrollTo({ top: scrolledTo(index, { top, height, size }) });
  };
  return {
    items: drawnRows(shown, { count, kept: focusedIndex, size }),
    totalHeight: count * size,
    scrollTo,
  };
}

function readRowHeight(): number {
  const text = getComputedStyle(document.documentElement).getPropertyValue("--row");
  const height = Number.parseInt(text, 10);
  return Number.isNaN(height) ? USUAL_HEIGHT : height;
}
