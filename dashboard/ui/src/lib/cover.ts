/**
 * Whether a dialog lies over the page. Whatever is under it takes neither focus nor clicks, and is
 * silent, also what arrives there only afterwards. When the last one is gone, focus is in the page.
 */
import { useLayoutEffect } from "react";
import { createStore } from "./store";

let layers = 0;
let opener: Element | null = null;

export const isCovered = createStore(false);

/** Covers the page for as long as the component that calls it is there. */
export function useCover(): void {
  useLayoutEffect(() => {
    cover();
    return uncover;
  }, []);
}

function cover(): void {
  if (layers === 0) opener = document.activeElement;
  layers += 1;
  isCovered.set(true);
}

function uncover(): void {
  layers -= 1;
  if (layers > 0) return;
  isCovered.set(false);
  // React Aria gives focus back in the next frame, where its opener is still there.
  requestAnimationFrame(() => requestAnimationFrame(keepFocus));
}

function keepFocus(): void {
  if (layers > 0 || document.activeElement !== document.body) return;
  const place = opener?.isConnected === true ? opener : document.getElementById("main");
  if (place instanceof HTMLElement) place.focus();
}
