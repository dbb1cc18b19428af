import { type RefObject, useEffect } from "react";

/** Where a menu opens, from the upper left corner of the window, in pixels. */
export interface Point {
  x: number;
  y: number;
}

const ROW = "[role=row]";
const LONG_PRESS_MS = 500;
/** A finger that went further scrolls. */
const STEADY_PIXELS = 10;
const BOX_PIXELS = 48;

/**
 * Calls for the menu of a row on a right click, on the keys that stand for one, and on a long press,
 * which not every browser tells as the same event. The row has the focus then.
 */
export function useRowMenu(
  grid: RefObject<HTMLElement | null>,
  open: ((index: number, at: Point) => void) | undefined,
): void {
  useEffect(() => {
    const element = grid.current;
    if (element === null || open === undefined) return;
    const stop = new AbortController();
    const { signal } = stop;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let start: Point = { x: 0, y: 0 };
    const show = (target: EventTarget | null, at?: Point) => {
      const row = rowOf(target);
      if (row === null) return false;
      row.focus({ preventScroll: true });
      // The header is the first row.
      open(Number(row.getAttribute("aria-rowindex")) - 2, at ?? beside(row));
      return true;
    };
    const end = () => clearTimeout(timer);
    element.addEventListener(
      "contextmenu",
      (event) => {
        const isPointed = event.button === 2 || isTouch(event);
        if (show(event.target, isPointed ? pointOf(event) : undefined)) event.preventDefault();
      },
      { signal },
    );
    element.addEventListener(
      "keydown",
      (event) => {
        const isAsked = event.key === "ContextMenu" || (event.shiftKey && event.key === "F10");
        if (isAsked && show(event.target)) event.preventDefault();
      },
      { signal },
    );
    element.addEventListener(
      "pointerdown",
      (event) => {
        end();
        start = pointOf(event);
        if (isTouch(event)) timer = setTimeout(() => show(event.target, start), LONG_PRESS_MS);
      },
      { signal },
    );
    element.addEventListener(
      "pointermove",
      (event) => {
        const { x, y } = pointOf(event);
        if (Math.hypot(x - start.x, y - start.y) > STEADY_PIXELS) end();
      },
      { signal },
    );
    for (const name of ["pointerup", "pointercancel"]) {
      element.addEventListener(name, end, { signal });
    }
    return () => {
      end();
      stop.abort();
    };
  }, [grid, open]);
}

/** The row that is meant; text that is being written keeps the browser's own menu. */
function rowOf(target: EventTarget | null): HTMLElement | null {
  if (!(target instanceof Element) || target.closest("[data-editing], input[type=text]") !== null) {
    return null;
  }
  const row = target.closest<HTMLElement>(ROW);
  return row === null || row.getAttribute("aria-rowindex") === "1" ? null : row;
}

const pointOf = ({ clientX, clientY }: MouseEvent): Point => ({ x: clientX, y: clientY });

function isTouch(event: MouseEvent): boolean {
  return event instanceof PointerEvent && event.pointerType === "touch";
}

function beside(row: HTMLElement): Point {
  const { left, bottom } = row.getBoundingClientRect();
  return { x: left + BOX_PIXELS, y: bottom };
}
