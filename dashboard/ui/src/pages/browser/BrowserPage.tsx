import { useParams } from "@tanstack/react-router";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { accessQuery } from "../../api/backends";
import type { LevelName } from "../../api/schema.gen";
import { baseName, visibleName } from "../../lib/keys";
import { lazyPart } from "../../lib/lazyPart";
import { readPreference } from "../../lib/preferences";
import { useStore } from "../../lib/store";
import { pending } from "../../lib/upload/pending";
import { useTitle } from "../../lib/useTitle";
import styles from "./Browser.module.css";
import { BrowserHead } from "./BrowserHead";
import { DropZone } from "./DropZone";
import { EntryList } from "./EntryList";
import { StatusLine } from "./StatusLine";
import { type Browser, useBrowser } from "./useBrowser";

const Unfinished = lazy(() => import("./Unfinished"));
const DeletedBar = lazyPart("work", () => import("../work/DeletedBar"));
const ObjectPanel = lazyPart("work", () => import("../object/ObjectPanel"));
const DeleteDialog = lazyPart("work", () => import("../work/DeleteDialog"));
const UploadSummary = lazyPart("work", () => import("../work/UploadSummary"));
const FolderDialog = lazy(() => import("./FolderDialog"));
const TransferDialog = lazyPart("work", () => import("../work/TransferDialog"));
const ShareDialog = lazyPart("work", () => import("../work/ShareDialog"));
const PresignDialog = lazyPart("work", () => import("../work/PresignDialog"));

/** One level of a bucket: list, filter, select, upload, and a panel for one object. */
export function BrowserPage() {
  const { backend, bucket } = useParams({ from: "/shell/b/$backend/$bucket" });
  const browser = useBrowser({ backend, bucket });
  const { place, prefix, object } = browser;
  const title = visibleName(prefix === "" ? bucket : baseName(prefix));
  const { can, isKnown } = useLevels(backend, bucket);
  const large = useStore(pending);
  useTitle(title);

  return (
    <div className={styles.split}>
      <DropZone place={place} prefix={prefix} isOn={can("write")}>
        <div className={styles.page}>
          <BrowserHead browser={browser} title={title} can={can} />
          <Suspense>{wasInterrupted() && <Unfinished place={place} />}</Suspense>
          <Suspense>
            {browser.showsDeleted && <DeletedBar key={prefix} browser={browser} can={can} />}
          </Suspense>
          <EntryList browser={browser} can={can} isReady={isKnown} />
          <StatusLine browser={browser} />
        </div>
      </DropZone>
      <Suspense>
        {object !== undefined && (
          <ObjectPanel
            place={place}
            objectKey={object}
            tab={browser.tab}
            onTab={browser.showTab}
            isFull={browser.isFull}
            onFull={browser.showFull}
            onNext={neighbours(browser, object).next}
            onPrevious={neighbours(browser, object).previous}
            onClose={browser.closePanel}
            can={can}
            onDelete={can("delete") ? () => browser.askToDelete([object]) : undefined}
            onShare={() => browser.ask("share", [object])}
          />
        )}
        {large !== null && <UploadSummary upload={large} />}
        <BrowserDialog browser={browser} can={can} />
      </Suspense>
    </div>
  );
}

/** How to go to the objects around the shown one, in the order of the list. */
function neighbours({ entries, isFull, show, tab }: Browser, shown: string) {
  const objects = isFull ? entries.filter(({ kind }) => kind === "object") : [];
  const at = objects.findIndex(({ key }) => key === shown);
  const way = (to: number) => {
    const found = at < 0 ? undefined : objects[to];
    return found && (() => show(found.key, tab));
  };
  return { next: way(at + 1), previous: way(at - 1) };
}

/** Whether this browser knows of uploads that a closed page left. */
function wasInterrupted(): boolean {
  return readPreference("uploads") !== null;
}

interface BrowserDialogProps {
  browser: Browser;
  can: (level: LevelName) => boolean;
}

/** The dialog that was asked for, if one was. */
function BrowserDialog({ browser, can }: BrowserDialogProps) {
  const { dialog, place, prefix, closeDialog: onClose } = browser;
  switch (dialog?.kind) {
    case undefined:
    case "rename":
      return null;
    case "delete":
      return (
        <DeleteDialog
          place={place}
          entries={dialog.entries}
          mayUndo={can("delete-version")}
          onClose={onClose}
          onDeleted={browser.afterDelete}
        />
      );
    case "folder":
      return <FolderDialog place={place} prefix={prefix} onClose={onClose} />;
    case "copy":
    case "move":
      return (
        <TransferDialog
          kind={dialog.kind}
          keys={dialog.keys}
          from={dialog.from ?? { ...place, prefix }}
          to={dialog.to}
          onClose={onClose}
        />
      );
    case "share":
      return <ShareDialog place={place} keys={dialog.keys} onClose={onClose} />;
    case "presign":
      return (
        <PresignDialog
          place={place}
          objectKey={dialog.key}
          canWrite={can("write")}
          onClose={onClose}
        />
      );
  }
}

interface Levels {
  /** Whether the person holds a level here; nothing is offered that would only fail. */
  can: (level: LevelName) => boolean;
  /** Whether the answer has come, be it a refusal. */
  isKnown: boolean;
}

function useLevels(backend: string, bucket: string): Levels {
  const access = useQuery(accessQuery(backend, bucket));
  return {
    can: (level) => access.data?.levels.includes(level) ?? false,
    isKnown: !access.isPending,
  };
}
