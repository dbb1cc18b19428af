import type { Place } from "../../api/objects";
import type { Dropped } from "../../lib/upload/entries";

/** Queues what was dropped or chosen; the queue's code is loaded for the first of them. */
export async function upload(
  place: Place,
  prefix: string,
  dropped: Dropped | Promise<Dropped>,
): Promise<void> {
  const [files, { startUploads }] = await Promise.all([dropped, import("../../api/startUploads")]);
  startUploads(place, prefix, files);
}
