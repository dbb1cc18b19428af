/**
 * Whether a dialog lies over the page. Whatever is under it takes neither focus nor clicks, and is
 * silent, also what arrives there only afterwards. When the last one is gone, focus is in the page.
 */
import { useLayoutEffect, useState } from "react";
import { createStore } from "./store";

let layers = 0;
let opener: Element | null = null;

export const isCovered = createStore(false);

/** Covers the page for as long as the component that calls it is there. */
export function useCover(): void {
  // Before anything in the layer takes focus.
  const [before] = useState(() => document.activeElement);
  useLayoutEffect(() => {
    // After a layer that made way for this one, it is that one's opener.
    if (layers === 0 && isOfPage(before)) opener = before;
    layers += 1;
    isCovered.set(true);
    return uncover;
  }, [before]);
}

function isOfPage(element: Element | null): boolean {
  return (
    element !== document.body && element?.closest("[role=dialog], [role=alertdialog]") === null
  );
}

function uncover(): void {
  layers -= 1;
  if (layers > 0) return;
  isCovered.set(false);
  returnFocus(opener);
}

/** Where focus went down with what had it, gives it to an element, or to the page. */
export function returnFocus(element: Element | null): void {
  // React Aria gives focus back in the next frame, where its opener is still there.
  requestAnimationFrame(() =>
    requestAnimationFrame(() => {
      if (layers > 0 || document.activeElement !== document.body) return;
      const place = element?.isConnected === true ? element : document.getElementById("main");
      if (place instanceof HTMLElement) place.focus();
    }),
  );
}
