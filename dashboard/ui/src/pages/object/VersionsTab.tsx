import { useQuery } from "@tanstack/react-query";
import { Download, Eraser, FileDiff, RotateCcw, Trash2, Undo2 } from "lucide-react";
import { Suspense, useState } from "react";
import { deleteVersion, restoreVersion, versionsQuery } from "../../api/objectParts";
import { downloadUrl, listingKey, type Place } from "../../api/objects";
import type { LevelName, ObjectVersion } from "../../api/schema.gen";
import { Button, IconButton } from "../../components/controls/Button";
import { Badge } from "../../components/data/Status";
import { Time } from "../../components/data/Time";
import { EmptyState } from "../../components/feedback/EmptyState";
import { ErrorState } from "../../components/feedback/ErrorState";
import { useAction, useQuickAction } from "../../components/feedback/useAction";
import { download } from "../../lib/download";
import { formatBytes } from "../../lib/format";
import { t } from "../../lib/i18n";
import { lazyPart } from "../../lib/lazyPart";
import styles from "./Versions.module.css";

const KeepLastDialog = lazyPart("object", () => import("./KeepLastDialog"));
const CompareDialog = lazyPart("object", () => import("./CompareDialog"));
const ConfirmDialog = lazyPart("work", () => import("../work/Confirm"));

interface VersionsTabProps {
  place: Place;
  objectKey: string;
  can: (level: LevelName) => boolean;
}

/** What the object was before: to save, to lay on top again, to take away for good. */
export default function VersionsTab({ place, objectKey, can }: VersionsTabProps) {
  const versions = useQuery(versionsQuery(place, objectKey));
  const [removed, setRemoved] = useState<ObjectVersion | null>(null);
  const [isComparing, setComparing] = useState(false);
  const [isThinning, setThinning] = useState(false);
  const stale = useStale(place, objectKey);
  const restore = useQuickAction((id: string) => restoreVersion(place, objectKey, id), stale);
  if (versions.isError) {
    return <ErrorState error={versions.error} onRetry={() => void versions.refetch()} />;
  }
  const list = versions.data ?? [];
  if (versions.data !== undefined && list.every(({ version_id }) => version_id === "null")) {
    return <EmptyState title={t("versions.off")} text={t("versions.offText")} />;
  }
  const stored = list.filter(({ is_delete_marker: isMarker }) => isMarker !== true);
  const total = list.reduce((sum, { size }) => sum + size, 0);
  return (
    <div className={styles.tab}>
      <div className={styles.head}>
        <p className={styles.note}>
          {t("versions.count", { count: list.length })} · {formatBytes(total)}
        </p>
        {stored.length > 1 && (
          <Button
            icon={<FileDiff size={14} aria-hidden />}
            disabled={!can("read")}
            onClick={() => setComparing(true)}
          >
            {t("compare.action")}
          </Button>
        )}
        {stored.length > 1 && can("delete-version") && (
          <Button icon={<Eraser size={14} aria-hidden />} onClick={() => setThinning(true)}>
            {t("keep.button")}
          </Button>
        )}
      </div>
      <ol className={styles.list} aria-label={t("versions.title")}>
        {list.map((version) => (
          <Row
            key={version.version_id}
            version={version}
            onDownload={() => download(downloadUrl(place, objectKey, version.version_id))}
            onRestore={can("write") ? () => restore.mutate(version.version_id) : null}
            onRemove={mayRemove(version, can) ? () => setRemoved(version) : null}
          />
        ))}
      </ol>
      {/* Not the tab's own boundary: what the dialog was opened from stays, and gets the focus back. */}
      <Suspense>
        {isComparing && (
          <CompareDialog
            place={place}
            objectKey={objectKey}
            versions={stored}
            onClose={() => setComparing(false)}
          />
        )}
        {isThinning && (
          <KeepLastDialog
            place={place}
            versions={list}
            stale={stale}
            onClose={() => setThinning(false)}
          />
        )}
        {removed !== null && (
          <RemoveDialog
            place={place}
            objectKey={objectKey}
            version={removed}
            onClose={() => setRemoved(null)}
          />
        )}
      </Suspense>
    </div>
  );
}

/** To take a marker away brings an object back; to take a version away loses it. */
function mayRemove({ is_delete_marker }: ObjectVersion, can: VersionsTabProps["can"]): boolean {
  return can(is_delete_marker === true ? "delete" : "delete-version");
}

function useStale(place: Place, key: string) {
  return [
    versionsQuery(place, key).queryKey,
    ["object", place.backend, place.bucket, key],
    listingKey(place),
  ];
}

interface RowProps {
  version: ObjectVersion;
  onDownload: () => void;
  onRestore: (() => void) | null;
  onRemove: (() => void) | null;
}

function Row({ version, onDownload, onRestore, onRemove }: RowProps) {
  const { is_latest, is_delete_marker: isMarker = false, size, last_modified } = version;
  const name = version.version_id;
  return (
    <li className={styles.row} data-marker={isMarker}>
      <div className={styles.facts}>
        <span>
          <Time at={last_modified} isExact />{" "}
          {is_latest && <Badge tone="ok">{t("versions.latest")}</Badge>}
          {isMarker && <Badge tone="warn">{t("versions.marker")}</Badge>}
        </span>
        <span className={styles.id}>
          {isMarker ? "" : `${formatBytes(size)} · `}
          <code title={name}>{name}</code>
        </span>
      </div>
      {!isMarker && (
        <IconButton label={t("versions.download", { name })} onClick={onDownload}>
          <Download size={14} aria-hidden />
        </IconButton>
      )}
      {!isMarker && !is_latest && onRestore !== null && (
        <IconButton label={t("versions.restore", { name })} onClick={onRestore}>
          <RotateCcw size={14} aria-hidden />
        </IconButton>
      )}
      {onRemove !== null && (
        <IconButton
          label={isMarker ? t("versions.undelete") : t("versions.remove", { name })}
          onClick={onRemove}
        >
          {isMarker ? <Undo2 size={14} aria-hidden /> : <Trash2 size={14} aria-hidden />}
        </IconButton>
      )}
    </li>
  );
}

interface RemoveDialogProps {
  place: Place;
  objectKey: string;
  version: ObjectVersion;
  onClose: () => void;
}

function RemoveDialog({ place, objectKey, version, onClose }: RemoveDialogProps) {
  const isMarker = version.is_delete_marker === true;
  const act = useAction(() => deleteVersion(place, objectKey, version.version_id), {
    stale: useStale(place, objectKey),
    done: isMarker ? t("versions.undeleted") : t("versions.removed"),
    onDone: onClose,
  });
  return (
    <ConfirmDialog
      title={isMarker ? t("versions.undelete") : t("versions.removeTitle")}
      action={isMarker ? t("versions.undelete") : t("delete.confirm")}
      act={act}
      isDanger={!isMarker}
      onClose={onClose}
    >
      <p>{isMarker ? t("versions.undeleteText") : t("versions.removeText")}</p>
    </ConfirmDialog>
  );
}
