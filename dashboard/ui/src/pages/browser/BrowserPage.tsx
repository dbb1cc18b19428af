import { useParams } from "@tanstack/react-router";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { accessQuery } from "../../api/backends";
import type { LevelName } from "../../api/schema.gen";
import { baseName, visibleName } from "../../lib/keys";
import { useTitle } from "../../lib/useTitle";
import styles from "./Browser.module.css";
import { BrowserHead } from "./BrowserHead";
import { DropZone } from "./DropZone";
import { EntryList } from "./EntryList";
import { StatusLine } from "./StatusLine";
import { useBrowser } from "./useBrowser";

const ObjectPanel = lazy(() => import("../object/ObjectPanel"));
const DeleteDialog = lazy(() => import("./DeleteDialog"));
const FolderDialog = lazy(() => import("./FolderDialog"));

/** One level of a bucket: list, filter, select, upload, and a panel for one object. */
export function BrowserPage() {
  const { backend, bucket } = useParams({ from: "/shell/b/$backend/$bucket" });
  const browser = useBrowser({ backend, bucket });
  const { place, prefix, object, dialog } = browser;
  const title = visibleName(prefix === "" ? bucket : baseName(prefix));
  const can = useLevels(backend, bucket);
  useTitle(title);

  return (
    <div className={styles.split}>
      <DropZone place={place} prefix={prefix} isOn={can("write")}>
        <div className={styles.page}>
          <BrowserHead browser={browser} title={title} can={can} />
          <EntryList browser={browser} can={can} />
          <StatusLine browser={browser} />
        </div>
      </DropZone>
      <Suspense>
        {object !== undefined && (
          <ObjectPanel
            key={object}
            place={place}
            objectKey={object}
            tab={browser.tab}
            onTab={browser.showTab}
            onClose={browser.closePanel}
            onDelete={can("delete") ? () => browser.askToDelete([object]) : undefined}
          />
        )}
        {dialog?.kind === "delete" && (
          <DeleteDialog
            place={place}
            entries={dialog.entries}
            onClose={browser.closeDialog}
            onDeleted={browser.afterDelete}
          />
        )}
        {dialog?.kind === "folder" && (
          <FolderDialog place={place} prefix={prefix} onClose={browser.closeDialog} />
        )}
      </Suspense>
    </div>
  );
}

/** Whether the person holds a level here; nothing is offered that would only fail. */
function useLevels(backend: string, bucket: string): (level: LevelName) => boolean {
  const access = useQuery(accessQuery(backend, bucket)).data;
  return (level) => access?.levels.includes(level) ?? false;
}
