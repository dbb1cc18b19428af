import { zipAddress } from "../../api/archives";
import type { Place } from "../../api/objects";
import { showError } from "../../components/feedback/showError";
import { download } from "../../lib/download";

/** Starts the download of objects and folders as one archive; a refusal is told in the corner. */
export async function downloadZip(place: Place, keys: readonly string[]): Promise<void> {
  try {
    download(await zipAddress(place, keys));
  } catch (error) {
    showError(error);
  }
}
