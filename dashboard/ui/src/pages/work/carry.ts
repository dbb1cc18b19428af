/** Cut and copy in the list; what is carried is put down by the paste button or its key. */
import { type Carried, carried } from "../../lib/carried";
import { loadTexts, t } from "../../lib/i18n";
import { showToast } from "../../lib/toasts";

export async function carry(rows: Carried): Promise<void> {
  carried.set(rows);
  await loadTexts("work");
  const count = rows.keys.length;
  const text = rows.kind === "copy" ? t("carry.copied", { count }) : t("carry.cut", { count });
  showToast({ tone: "ok", text });
}
