import { t } from "../lib/i18n";
import { showToast } from "../lib/toasts";
import { hasUploads } from "../lib/upload/news";
import type { Dropped } from "../lib/upload/entries";
import { ApiError } from "./error";
import { errorSentence } from "./errorText";
import { createFolder, type Place } from "./objects";
import { uploads } from "./uploads";

/** Queues what was dropped or chosen below a prefix; empty folders are made as markers. */
export function startUploads(place: Place, prefix: string, dropped: Dropped): void {
  const { files, emptyFolders } = dropped;
  if (files.length === 0 && emptyFolders.length === 0) {
    showToast({ tone: "err", text: t("upload.nothing") });
    return;
  }
  const sources = files.map(({ path, file }) => ({ key: prefix + path, file }));
  hasUploads.set(true);
  uploads.add({ backend: place.backend, bucket: place.bucket }, sources);
  for (const folder of emptyFolders) void makeFolder(place, prefix + folder);
}

async function makeFolder(place: Place, key: string): Promise<void> {
  try {
    await createFolder(place, key);
  } catch (error) {
    const requestId = error instanceof ApiError ? error.requestId : null;
    showToast({ tone: "err", text: errorSentence(error), requestId });
  }
}
