import type { Place } from "../../api/objects";
import type { Dropped } from "../../lib/upload/entries";
import { isLarge, pending } from "../../lib/upload/pending";

/**
 * Queues what was dropped or chosen; the queue's code is loaded for the first of them. What is
 * large is asked about first.
 */
export async function upload(
  place: Place,
  prefix: string,
  dropped: Dropped | Promise<Dropped>,
): Promise<void> {
  const found = await dropped;
  if (isLarge(found)) {
    pending.set({ place, prefix, dropped: found });
    return;
  }
  const { startUploads } = await import("../../api/startUploads");
  startUploads(place, prefix, found);
}
