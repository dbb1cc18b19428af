import { useEffect } from "react";
import type { LevelName } from "../../api/schema.gen";
import { useLatest } from "../../lib/useLatest";
import { isGhost } from "./entries";
import type { Browser } from "./useBrowser";

/** Lets rows be dragged to other places; with keys it is cut, copy and paste. */
export function useDragging(browser: Browser, can: (level: LevelName) => boolean): void {
  const facts = useLatest(() => ({
    here: { ...browser.place, prefix: browser.prefix },
    rows: browser.entries,
    selected: keptKeys(browser),
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

/** What is selected and not deleted. */
function keptKeys({ selected }: Browser): ReadonlySet<string> {
  return new Set(selected.filter((entry) => !isGhost(entry)).map(({ key }) => key));
}
