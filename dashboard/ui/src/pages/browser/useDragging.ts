import { useEffect } from "react";
import type { LevelName } from "../../api/schema.gen";
import { useLatest } from "../../lib/useLatest";
import type { Browser } from "./useBrowser";

/** Lets rows be dragged to other places; with keys it is cut, copy and paste. */
export function useDragging(browser: Browser, can: (level: LevelName) => boolean): void {
  const facts = useLatest(() => ({
    here: { ...browser.place, prefix: browser.prefix },
    rows: browser.entries,
    selected: browser.selection.keys,
    mayMove: can("write") && can("delete"),
    onDrop: browser.askToPut,
  }));
  const isOn = can("read");
  useEffect(() => {
    if (!isOn) return;
    const started = import("../work/dragRows").then(({ dragRows }) => dragRows(facts));
    return () => void started.then((end) => end());
  }, [isOn, facts]);
}
