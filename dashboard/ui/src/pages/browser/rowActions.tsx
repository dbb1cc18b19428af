import {
  Copy,
  Download,
  FolderInput,
  Files,
  History,
  Link as LinkIcon,
  Link2,
  Pencil,
  Signature,
  Tags,
  Trash2,
} from "lucide-react";
import type { ReactNode } from "react";
import { downloadUrl, zipUrl } from "../../api/objects";
import type { LevelName } from "../../api/schema.gen";
import type { RowAction } from "../../components/grid/menuColumn";
import { download } from "../../lib/download";
import { t, type TextKey } from "../../lib/i18n";
import { s3Uri } from "../../lib/keys";
import type { Entry } from "./entries";
import type { Browser } from "./useBrowser";

type Offer = [
  id: string,
  isOn: boolean,
  text: TextKey,
  icon: ReactNode,
  act: () => void,
  section?: true,
];

/** Letters belong to the search for a name; with Shift they act on the row. */
const ACTION_KEYS: Readonly<Record<string, string>> = {
  Delete: "delete",
  F2: "rename",
  "Shift+F6": "move",
  "Shift+C": "copy",
  "Shift+D": "download",
  "Shift+M": "move",
  "Shift+S": "share",
  "Shift+T": "tags",
  "Shift+V": "versions",
};

/** The action that a key stands for. */
export function actionOfKey({ key, shiftKey }: Pick<KeyboardEvent, "key" | "shiftKey">) {
  return ACTION_KEYS[shiftKey ? `Shift+${key}` : key];
}

const copyText = (text: string) => void navigator.clipboard.writeText(text);

/** What can be done with a row by whoever holds these levels; in groups, the dangerous one last. */
export function rowActions(
  entry: Entry,
  browser: Browser,
  can: (level: LevelName) => boolean,
): RowAction[] {
  const { place } = browser;
  const { key } = entry;
  const isObject = entry.kind === "object";
  const canMove = can("write") && can("delete") && can("read");
  const offers: Offer[] = [
    [
      "download",
      can("read"),
      isObject ? "action.download" : "browser.zip",
      <Download aria-hidden />,
      () => download(isObject ? downloadUrl(place, key) : zipUrl(place, [key])),
    ],
    [
      "share",
      can("read"),
      "browser.share",
      <LinkIcon aria-hidden />,
      () => browser.ask("share", [key]),
    ],
    [
      "presign",
      isObject && can("read"),
      "browser.presign",
      <Signature aria-hidden />,
      () => browser.askForOne("presign", key),
    ],
    [
      "rename",
      canMove,
      "browser.rename",
      <Pencil aria-hidden />,
      () => browser.askForOne("rename", key),
      true,
    ],
    [
      "copy",
      can("read"),
      "browser.copyTo",
      <Files aria-hidden />,
      () => browser.ask("copy", [key]),
    ],
    [
      "move",
      canMove,
      "browser.moveTo",
      <FolderInput aria-hidden />,
      () => browser.ask("move", [key]),
    ],
    [
      "versions",
      isObject,
      "browser.versions",
      <History aria-hidden />,
      () => browser.show(key, "versions"),
      true,
    ],
    [
      "tags",
      isObject && can("read"),
      "browser.tags",
      <Tags aria-hidden />,
      () => browser.show(key, "tags"),
    ],
    ["copyKey", true, "browser.copyKey", <Copy aria-hidden />, () => copyText(key), true],
    [
      "copyUri",
      true,
      "browser.copyUri",
      <Link2 aria-hidden />,
      () => copyText(s3Uri(place.bucket, key)),
    ],
    [
      "delete",
      can("delete"),
      "action.delete",
      <Trash2 aria-hidden />,
      () => browser.askToDelete([key]),
      true,
    ],
  ];
  return offers
    .filter(([, isOn]) => isOn)
    .map(([id, , text, icon, act, section]) => ({
      id,
      text: t(text),
      icon,
      act,
      ...(section === true && { section: "" }),
      ...(id === "delete" && { isDanger: true }),
    }));
}
