import {
  Copy,
  Download,
  FolderInput,
  Files,
  History,
  Link as LinkIcon,
  Link2,
  Pencil,
  Scissors,
  Signature,
  Tags,
  Trash2,
  Undo2,
  X,
} from "lucide-react";
import type { ReactNode } from "react";
import { MOST_ZIPPED } from "../../api/archives";
import { downloadUrl, zipUrl } from "../../api/objects";
import type { LevelName } from "../../api/schema.gen";
import type { RowAction } from "../../components/grid/menuColumn";
import { download } from "../../lib/download";
import { t, type TextKey } from "../../lib/i18n";
import { s3Uri, visibleName } from "../../lib/keys";
import { NOTHING } from "../../lib/selection";
import { downloadZip } from "../browser/downloadZip";
import { type Entry, isGhost } from "../browser/entries";
import { ACTION_KEYS } from "../browser/rowKeys";
import type { Browser } from "../browser/useBrowser";
import { carry } from "./carry";

type Can = (level: LevelName) => boolean;
type Offer = [
  id: string,
  isOn: boolean,
  text: TextKey,
  icon: ReactNode,
  act: () => void,
  section?: true,
];

const copyText = (text: string) => void navigator.clipboard.writeText(text);

/** The menu of a row. */
export function menuFor(entry: Entry, browser: Browser, can: Can) {
  const { selected, selection } = browser;
  const isOfMany = selection.keys.has(entry.key) && selected.length > 1;
  const label = isOfMany
    ? t("browser.selectionMenu", { count: selected.length })
    : t("browser.rowMenu", { name: visibleName(entry.name) });
  return { label, actions: actionsFor(entry, browser, can) };
}

/**
 * What can be done with a row, or with all that is selected where the row is among it, by whoever
 * holds these levels; in groups, the dangerous one last.
 */
export function actionsFor(entry: Entry, browser: Browser, can: Can): RowAction[] {
  const { selected, selection } = browser;
  return selection.keys.has(entry.key) && selected.length > 1
    ? selectionActions(browser, can)
    : rowActions(entry, browser, can);
}

/** What can be done with one row. */
export function rowActions(entry: Entry, browser: Browser, can: Can): RowAction[] {
  const { place } = browser;
  const { key } = entry;
  if (isGhost(entry)) return ghostActions(entry, browser, can);
  const isObject = entry.kind === "object";
  const canMove = can("write") && can("delete") && can("read");
  const ask = (kind: "share" | "copy" | "move") => () => browser.ask(kind, [key]);
  const save = () => download(isObject ? downloadUrl(place, key) : zipUrl(place, [key]));
  const uri = () => copyText(s3Uri(place.bucket, key));
  const reads = can("read");
  return toActions([
    ["download", reads, isObject ? "action.download" : "browser.zip", <Download />, save],
    ["share", reads, "browser.share", <LinkIcon />, ask("share")],
    [
      "presign",
      isObject && reads,
      "browser.presign",
      <Signature />,
      () => browser.askForOne("presign", key),
    ],
    ["rename", canMove, "browser.rename", <Pencil />, () => browser.askForOne("rename", key), true],
    ["copy", reads, "browser.copyTo", <Files />, ask("copy")],
    ["move", canMove, "browser.moveTo", <FolderInput />, ask("move")],
    [
      "versions",
      isObject,
      "browser.versions",
      <History />,
      () => browser.show(key, "versions"),
      true,
    ],
    ["tags", isObject && reads, "browser.tags", <Tags />, () => browser.show(key, "tags")],
    ["copyKey", true, "browser.copyKey", <Copy />, () => copyText(key), true],
    ["copyUri", true, "browser.copyUri", <Link2 />, uri],
    ["delete", can("delete"), "action.delete", <Trash2 />, () => browser.askToDelete([key]), true],
  ]);
}

/** A deleted object comes back or is looked at. */
function ghostActions(entry: Entry, browser: Browser, can: Can): RowAction[] {
  const { key } = entry;
  const isObject = entry.kind === "deleted";
  return toActions([
    ["undelete", can("delete"), "deleted.undelete", <Undo2 />, () => browser.undelete([entry])],
    [
      "versions",
      isObject,
      "browser.versions",
      <History />,
      () => browser.show(key, "versions"),
      true,
    ],
    ["copyKey", true, "browser.copyKey", <Copy />, () => copyText(key)],
  ]);
}

/** What can be done with all that is selected. */
export function selectionActions(browser: Browser, can: Can): RowAction[] {
  const { place, prefix, selected } = browser;
  const keys = selected.map(({ key }) => key);
  const isGone = selected.some(isGhost);
  if (isGone) {
    return toActions([
      ["undelete", can("delete"), "deleted.undelete", <Undo2 />, () => browser.undelete(selected)],
      ["copyKey", true, "browser.copyKeys", <Copy />, () => copyText(keys.join("\n")), true],
      ["clear", true, "browser.clearSelection", <X />, () => browser.select(NOTHING)],
    ]);
  }
  // A link leads to one folder or to objects, never to a mixture.
  const isShareable = keys.every((key) => !key.endsWith("/"));
  const canMove = can("write") && can("delete") && can("read");
  const ask = (kind: "share" | "copy" | "move") => () => browser.ask(kind, keys);
  const take = (kind: "copy" | "move") => () =>
    void carry({ kind, from: { ...place, prefix }, keys });
  const save = () => void downloadZip(place, keys);
  const isZippable = can("read") && keys.length <= MOST_ZIPPED;
  return toActions([
    ["download", isZippable, "browser.zip", <Download />, save],
    ["share", can("read") && isShareable, "browser.share", <LinkIcon />, ask("share")],
    ["copy", can("read"), "browser.copyTo", <Files />, ask("copy"), true],
    ["move", canMove, "browser.moveTo", <FolderInput />, ask("move")],
    ["cut", canMove, "browser.cut", <Scissors />, take("move")],
    ["carry", can("read"), "browser.carry", <Copy />, take("copy")],
    ["copyKey", true, "browser.copyKeys", <Copy />, () => copyText(keys.join("\n")), true],
    ["clear", true, "browser.clearSelection", <X />, () => browser.select(NOTHING)],
    ["delete", can("delete"), "action.delete", <Trash2 />, () => browser.askToDelete(keys), true],
  ]);
}

function toActions(offers: readonly Offer[]): RowAction[] {
  return offers
    .filter(([, isOn]) => isOn)
    .map(([id, , text, icon, act, section]) => ({
      id,
      text: t(text),
      icon,
      act,
      ...(KEYS_SHOWN[id] !== undefined && { keys: KEYS_SHOWN[id] }),
      ...(section === true && { section: "" }),
      ...(id === "delete" && { isDanger: true }),
    }));
}

/** The first key of each action, as the sheet of keys writes it. */
const KEYS_SHOWN: Readonly<Record<string, string>> = Object.fromEntries([
  ...Object.entries(ACTION_KEYS)
    .map(([key, id]) => [id, key.replace("+", " ").replace("Delete", "Del")] as const)
    .reverse(),
  ["cut", "Ctrl X"],
  ["carry", "Ctrl C"],
]);
