import { readPreference, writePreference } from "../preferences";
import { UploadMemory } from "./memory";

/** The uploads of this browser that were begun and not ended. */
export const unfinishedUploads = new UploadMemory({
  read: () => readPreference("uploads"),
  write: (text) => writePreference("uploads", text),
});
