import { useQuery } from "@tanstack/react-query";
import { Download, Link as LinkIcon, Trash2 } from "lucide-react";
import { lazy, Suspense, useMemo } from "react";
import { downloadUrl, objectQuery, type Place } from "../../api/objects";
import { objectSource } from "../../api/source";
import { Button } from "../../components/controls/Button";
import { Tabs } from "../../components/controls/Tabs";
import { ErrorState } from "../../components/feedback/ErrorState";
import { usePanelFocus } from "../../components/shell/Panel";
import { download } from "../../lib/download";
import type { LevelName, ObjectInfo } from "../../api/schema.gen";
import { formatBytes } from "../../lib/format";
import { t } from "../../lib/i18n";
import { baseName, visibleName } from "../../lib/keys";
import { lazyPart } from "../../lib/lazyPart";
import type { PanelTab } from "../search";
import { Details } from "./Details";
import styles from "./ObjectPanel.module.css";
import { PanelHead } from "./PanelHead";
import { Preview } from "./Preview";
import { useFullScreen } from "./useFullScreen";

const VersionsTab = lazy(() => import("./VersionsTab"));
const MetadataTab = lazyPart("object", () => import("./MetadataTab"));
const TagsTab = lazy(() => import("./TagsTab"));

interface ObjectPanelProps {
  place: Place;
  objectKey: string;
  tab: PanelTab;
  onTab: (tab: PanelTab) => void;
  /** Whether it takes the whole window, where one goes through the list object by object. */
  isFull: boolean;
  onFull: (isFull: boolean) => void;
  onNext: (() => void) | undefined;
  onPrevious: (() => void) | undefined;
  onClose: () => void;
  can: (level: LevelName) => boolean;
  onShare: () => void;
  /** Absent where nothing may be deleted. */
  onDelete: (() => void) | undefined;
}

/** One object beside the list: what is in it, what is known of it, what can be done with it. */
export default function ObjectPanel(props: ObjectPanelProps) {
  const { place, objectKey, tab, onTab, onClose, onDelete, can } = props;
  const info = useQuery(objectQuery(place, objectKey));
  const name = visibleName(baseName(objectKey));
  const panel = usePanelFocus(props.isFull ? () => props.onFull(false) : onClose);
  const onKeyDown = useFullScreen(panel, props);
  return (
    <aside
      ref={panel}
      className={styles.panel}
      aria-label={t("object.panel", { name })}
      tabIndex={-1}
      data-full={props.isFull}
      onKeyDown={onKeyDown}
    >
      <PanelHead {...props} name={name} />
      <div className={styles.actions}>
        <Button
          icon={<Download size={16} aria-hidden />}
          onClick={() => download(downloadUrl(place, objectKey))}
        >
          {t("action.download")}
        </Button>
        {can("read") && (
          <Button kind="quiet" icon={<LinkIcon size={16} aria-hidden />} onClick={props.onShare}>
            {t("browser.share")}
          </Button>
        )}
        {onDelete !== undefined && (
          <Button kind="quiet" icon={<Trash2 size={16} aria-hidden />} onClick={onDelete}>
            {t("action.delete")}
          </Button>
        )}
        {info.data !== undefined && (
          <span className={styles.size}>{formatBytes(info.data.size)}</span>
        )}
      </div>
      <Tabs
        label={t("object.tabs")}
        tabs={[
          { id: "preview", label: t("object.preview") },
          { id: "details", label: t("object.details") },
          { id: "metadata", label: t("object.metadata") },
          { id: "versions", label: t("versions.title") },
          { id: "tags", label: t("tags.title") },
        ]}
        chosen={tab}
        onChoose={onTab}
      >
        <Suspense
          key={objectKey}
          fallback={<p className="visually-hidden">{t("state.loading")}</p>}
        >
          {tab === "versions" && <VersionsTab place={place} objectKey={objectKey} can={can} />}
          {tab === "tags" && (
            <TagsTab place={place} objectKey={objectKey} canWrite={can("write")} />
          )}
        </Suspense>
        {tab !== "versions" && tab !== "tags" && (
          <>
            {info.isError && <ErrorState error={info.error} onRetry={() => void info.refetch()} />}
            {info.data !== undefined && (
              <OfObject
                key={objectKey}
                place={place}
                info={info.data}
                tab={tab}
                canWrite={can("write")}
              />
            )}
          </>
        )}
      </Tabs>
    </aside>
  );
}

interface OfObjectProps {
  place: Place;
  info: ObjectInfo;
  tab: Exclude<PanelTab, "versions" | "tags">;
  canWrite: boolean;
}

/** The tabs that show what the panel has asked for already. */
function OfObject({ place, info, tab, canWrite }: OfObjectProps) {
  const { backend, bucket } = place;
  const source = useMemo(() => objectSource({ backend, bucket }, info), [backend, bucket, info]);
  switch (tab) {
    case "preview":
      return <Preview source={source} />;
    case "details":
      return <Details place={place} info={info} />;
    case "metadata":
      return (
        <Suspense fallback={<p className="visually-hidden">{t("state.loading")}</p>}>
          <MetadataTab place={place} info={info} canWrite={canWrite} />
        </Suspense>
      );
  }
}
