/** What the rest of the page hears of uploads without loading the queue. */
import { createStore } from "../store";
import type { UploadItem } from "./types";

/** Whether anything was ever queued in this tab. */
export const hasUploads = createStore(false);

const listeners = new Set<(item: UploadItem) => void>();

/** Calls back after each upload that is done. Answers how to stop that. */
export function onUploadDone(listener: (item: UploadItem) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function tellUploadDone(item: UploadItem): void {
  for (const listener of listeners) listener(item);
}
