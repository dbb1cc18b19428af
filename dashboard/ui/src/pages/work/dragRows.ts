/**
 * Rows of the object list are dragged onto folders, and onto links to buckets and folders wherever
 * they stand. Nothing is moved by the drop itself: a dialog with the target filled in asks.
 */
import type { Carried } from "../../lib/carried";
import { s3Uri } from "../../lib/keys";
import "./dragRows.css";

export type Target = Carried["from"];

interface Row {
  key: string;
  kind: "folder" | "object" | "deleted";
}

export interface DragFacts {
  here: Target;
  rows: readonly Row[];
  selected: ReadonlySet<string>;
  mayMove: boolean;
  onDrop: (kind: Carried["kind"], keys: readonly string[], target: Target) => void;
}

const ROW = "[role=grid] [role=row][aria-selected]";

/** Begins; answers how to end. */
export function dragRows(facts: () => DragFacts): () => void {
  const stop = new AbortController();
  const listen = <Name extends "pointerdown" | "dragstart" | "dragover" | "drop" | "dragend">(
    name: Name,
    act: (event: DocumentEventMap[Name]) => void,
  ) => document.addEventListener(name, act, { signal: stop.signal });
  document.documentElement.setAttribute("data-drags", "");
  let keys: readonly string[] = [];
  let marked: Element | null = null;
  const mark = (element: Element | null) => {
    marked?.removeAttribute("data-drop");
    element?.setAttribute("data-drop", "");
    marked = element;
  };
  listen("pointerdown", ({ target }) => {
    // A row that was scrolled away while it was dragged never told that this ended.
    keys = [];
    const row = closest(target, ROW);
    if (row === null) return;
    const isKept = rowOf(target, facts())?.kind !== "deleted";
    row.draggable = isKept && closest(target, "input, button") === null;
  });
  listen("dragstart", (event) => {
    const row = rowOf(event.target, facts());
    if (row === null || event.dataTransfer === null) return;
    const { here, selected, mayMove } = facts();
    keys = selected.has(row.key) ? [...selected] : [row.key];
    event.dataTransfer.effectAllowed = mayMove ? "copyMove" : "copy";
    const text = keys.map((key) => s3Uri(here.bucket, key)).join("\n");
    event.dataTransfer.setData("text/plain", text);
  });
  listen("dragover", (event) => {
    const found = targetOf(event, facts(), keys);
    mark(found?.element ?? null);
    if (found === null || event.dataTransfer === null) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = kindOf(event, facts());
  });
  listen("drop", (event) => {
    const found = targetOf(event, facts(), keys);
    if (found === null) return;
    event.preventDefault();
    facts().onDrop(kindOf(event, facts()), keys, found.target);
  });
  listen("dragend", () => {
    keys = [];
    mark(null);
  });
  return () => {
    mark(null);
    document.documentElement.removeAttribute("data-drags");
    stop.abort();
  };
}

function kindOf({ ctrlKey, altKey }: DragEvent, { mayMove }: DragFacts): Carried["kind"] {
  return ctrlKey || altKey || !mayMove ? "copy" : "move";
}

function closest(target: EventTarget | null, selector: string): HTMLElement | null {
  return target instanceof Element ? target.closest<HTMLElement>(selector) : null;
}

function rowOf(target: EventTarget | null, { rows }: DragFacts): Row | null {
  const index = closest(target, ROW)?.getAttribute("aria-rowindex");
  // The header is the first row.
  return index == null ? null : (rows[Number(index) - 2] ?? null);
}

/** Where it would go: to a folder of the list, or to where a link leads; never to where it is. */
function targetOf(event: DragEvent, facts: DragFacts, keys: readonly string[]) {
  const { target, dataTransfer } = event;
  // Files from outside are uploaded; that is not decided here.
  if (keys.length === 0 || dataTransfer?.types.includes("Files") === true) return null;
  const row = rowOf(target, facts);
  const element = closest(target, row === null ? "a[href]" : ROW);
  if (element === null || (row !== null && row.kind !== "folder")) return null;
  const { here } = facts;
  const found =
    row === null ? placeOfLink((element as HTMLAnchorElement).href) : { ...here, prefix: row.key };
  if (found === null) return null;
  const isSameBucket = found.backend === here.backend && found.bucket === here.bucket;
  const isInside = keys.some((key) => key.endsWith("/") && found.prefix.startsWith(key));
  if (isSameBucket && (found.prefix === here.prefix || isInside)) return null;
  return { element, target: found };
}

/** The bucket or folder that an address of ours shows; null for all others. */
export function placeOfLink(href: string): Target | null {
  const { origin, pathname, searchParams } = new URL(href, location.href);
  const [, backend, bucket] = /^\/b\/([^/]+)\/([^/]+)$/.exec(pathname) ?? [];
  if (origin !== location.origin || backend === undefined || bucket === undefined) return null;
  if (searchParams.has("object")) return null;
  return {
    backend: decodeURIComponent(backend),
    bucket: decodeURIComponent(bucket),
    prefix: searchParams.get("prefix") ?? "",
  };
}
