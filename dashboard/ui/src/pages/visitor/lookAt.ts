/** What visitors may look at before they save it. */
import { type Source } from "../../api/source";
import type { SharedFile, SharedItem } from "../../api/schema.gen";
import { sharedFileUrl, sharedInlineUrl } from "../../api/visitor";
import { lazyPart } from "../../lib/lazyPart";
import { sourceKind } from "../object/sourceKind";

export const SharedPreview = lazyPart("work", () => import("./SharedPreview"));

/** The one object of a share; null where looking would count as a download, or shows nothing. */
export function sourceOfItem(code: string, item: SharedItem): Source | null {
  const { name, size, content_type: contentType, max_downloads: limit } = item;
  if (limit !== undefined || size === undefined) return null;
  return seen({ ...addresses(code), name, size, contentType, etag: item.etag });
}

/** A file of a share of several, where looking is free. */
export function sourceOfFile(code: string, { name, path, size }: SharedFile): Source | null {
  return seen({ ...addresses(code, path), name, size, contentType: undefined, etag: undefined });
}

function addresses(code: string, path?: string) {
  return { inlineUrl: sharedInlineUrl(code, path), downloadUrl: sharedFileUrl(code, path) };
}

function seen(source: Source): Source | null {
  return sourceKind(source) === "other" ? null : source;
}
