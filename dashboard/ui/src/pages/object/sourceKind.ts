import type { Source } from "../../api/source";
import { type FileKind, fileKind } from "../../lib/keys";

const LARGEST_IMAGE_BYTES = 50 * 1024 * 1024;
const LISTED_ARCHIVE = /\.(zip|jar|docx|xlsx|pptx|epub)$/i;

/** How it can be looked at; `other` where there is no look of its own, or it would cost too much. */
export function sourceKind({ name, size, contentType }: Source): FileKind {
  const kind = fileKind(name, contentType);
  if (kind === "image" && size > LARGEST_IMAGE_BYTES) return "other";
  return kind === "archive" && !LISTED_ARCHIVE.test(name) ? "other" : kind;
}
