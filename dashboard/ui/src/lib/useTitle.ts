import { useEffect } from "react";
import { PRODUCT } from "./product";

/** Names the tab after the page, most specific first; screen readers announce it. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · ${PRODUCT}`;
  }, [title]);
}
