import type { QueryClient } from "@tanstack/react-query";
import { createJob, jobsKey } from "../../api/jobs";
import { deletedKey, deleteVersions } from "../../api/objectParts";
import { deleteObjects, listingKey, type Place } from "../../api/objects";
import { showError } from "../../components/feedback/showError";
import { t } from "../../lib/i18n";
import { showToast } from "../../lib/toasts";
import { type DeletedEntry, type Entry, isGhost } from "../browser/entries";

/** More than that is left to a job, as is a folder, of which nobody has counted what is in it. */
const MOST_AT_ONCE = 1000;

/** Takes the markers of deletions away, so that what they hid is there as before. */
export async function undelete(
  client: QueryClient,
  place: Place,
  entries: readonly Entry[],
): Promise<void> {
  const ghosts = entries.filter(isGhost);
  const objects = ghosts.filter((entry) => entry.kind === "deleted");
  if (objects.length < ghosts.length || objects.length > MOST_AT_ONCE) {
    const source = { backend_id: place.backend, bucket: place.bucket };
    await createJob({ kind: "restore", source: { ...source, keys: ghosts.map(keyOf) } });
    void client.invalidateQueries({ queryKey: jobsKey });
    showToast({ tone: "ok", text: t("jobs.started") });
    return;
  }
  await undeleteObjects(client, place, objects);
}

const keyOf = ({ key }: Entry) => key;

async function undeleteObjects(client: QueryClient, place: Place, objects: DeletedEntry[]) {
  const refresh = () =>
    Promise.all([
      client.invalidateQueries({ queryKey: listingKey(place) }),
      client.invalidateQueries({ queryKey: deletedKey(place) }),
    ]);
  const markers = objects.map(({ key, versionId }) => ({ key, version_id: versionId }));
  await deleteVersions(place, markers).finally(refresh);
  const again = async () => {
    await deleteObjects(place, objects.map(keyOf)).finally(refresh);
  };
  showToast({
    tone: "ok",
    text: t("deleted.back", { count: objects.length }),
    action: { text: t("action.undo"), act: () => void again().catch(showError) },
  });
}
