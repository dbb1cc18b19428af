import type { QueryClient } from "@tanstack/react-query";
import { deleteMarkers, deleteVersions } from "../../api/objectParts";
import { listingKey, type Place } from "../../api/objects";
import { showError } from "../../components/feedback/showError";
import { t } from "../../lib/i18n";
import { showToast } from "../../lib/toasts";
import { MOST_UNDONE } from "./outcome";

/** Says what was deleted and, where versions are kept and one may, offers to bring it back. */
export async function offerUndo(
  client: QueryClient,
  place: Place,
  { keys, mayUndo }: { keys: readonly string[]; mayUndo: boolean },
): Promise<void> {
  const text = t("delete.done", { count: keys.length });
  const markers = mayUndo ? await markersOf(place, keys) : [];
  if (markers.length === 0) {
    showToast({ tone: "ok", text });
    return;
  }
  const undo = async () => {
    await deleteVersions(place, markers).finally(() =>
      client.invalidateQueries({ queryKey: listingKey(place) }),
    );
    showToast({ tone: "ok", text: t("delete.undone", { count: markers.length }) });
  };
  showToast({
    tone: "ok",
    text,
    action: { text: t("action.undo"), act: () => void undo().catch(showError) },
  });
}

async function markersOf(place: Place, keys: readonly string[]) {
  if (keys.length > MOST_UNDONE) return [];
  // That it cannot be undone is no failure of the deletion.
  return deleteMarkers(place, keys).catch(() => []);
}
