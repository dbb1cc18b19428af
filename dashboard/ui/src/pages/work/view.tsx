import { History } from "lucide-react";
import type { MenuEntry } from "../../components/layers/MenuButton";
import { t } from "../../lib/i18n";
import type { Browser } from "../browser/useBrowser";

/** What of a folder is shown, and how. */
export function viewEntries(browser: Browser): MenuEntry[] {
  return [
    {
      id: "deleted",
      text: t("deleted.show"),
      icon: <History />,
      isChosen: browser.showsDeleted,
    },
  ];
}

/** Does what was chosen in the menu. */
export function applyView(browser: Browser, id: string): void {
  if (id === "deleted") browser.showDeleted(!browser.showsDeleted);
}
