import { useQuery } from "@tanstack/react-query";
import { Download, Trash2, X } from "lucide-react";
import { useEffect, useRef } from "react";
import { downloadUrl, objectQuery, type Place } from "../../api/objects";
import { Button, IconButton } from "../../components/controls/Button";
import { Tabs } from "../../components/controls/Tabs";
import { FileIcon } from "../../components/data/FileIcon";
import { ErrorState } from "../../components/feedback/ErrorState";
import { download } from "../../lib/download";
import { formatBytes } from "../../lib/format";
import { t } from "../../lib/i18n";
import { baseName, visibleName } from "../../lib/keys";
import type { PanelTab } from "../search";
import { Details } from "./Details";
import styles from "./ObjectPanel.module.css";
import { Preview } from "./Preview";

interface ObjectPanelProps {
  place: Place;
  objectKey: string;
  tab: PanelTab;
  onTab: (tab: PanelTab) => void;
  onClose: () => void;
  /** Absent where nothing may be deleted. */
  onDelete: (() => void) | undefined;
}

/** One object beside the list: what is in it, what is known of it, what can be done with it. */
export default function ObjectPanel(props: ObjectPanelProps) {
  const { place, objectKey, tab, onTab, onClose, onDelete } = props;
  const info = useQuery(objectQuery(place, objectKey));
  const name = visibleName(baseName(objectKey));
  const panel = useFocusInside(onClose);
  return (
    <aside
      ref={panel}
      className={styles.panel}
      aria-label={t("object.panel", { name })}
      tabIndex={-1}
    >
      <div className={styles.head}>
        <FileIcon kind="object" name={objectKey} />
        <h2 className={styles.name} title={name}>
          {name}
        </h2>
        <IconButton label={t("object.close")} onClick={onClose}>
          <X size={16} aria-hidden />
        </IconButton>
      </div>
      <div className={styles.actions}>
        <Button
          icon={<Download size={16} aria-hidden />}
          onClick={() => download(downloadUrl(place, objectKey))}
        >
          {t("action.download")}
        </Button>
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
        ]}
        chosen={tab}
        onChoose={onTab}
      >
        {info.isError && <ErrorState error={info.error} onRetry={() => void info.refetch()} />}
        {info.data !== undefined &&
          (tab === "preview" ? (
            <Preview place={place} info={info.data} />
          ) : (
            <Details place={place} info={info.data} />
          ))}
      </Tabs>
    </aside>
  );
}

/** Takes focus where the panel covers the list; Escape inside it closes it. */
function useFocusInside(onClose: () => void) {
  const panel = useRef<HTMLElement>(null);
  useEffect(() => {
    const isCovering = matchMedia("(max-width: 959px)").matches;
    if (isCovering) panel.current?.focus();
    const element = panel.current;
    const listen = (event: KeyboardEvent) => {
      if (event.key === "Escape" && !event.defaultPrevented) onClose();
    };
    element?.addEventListener("keydown", listen);
    return () => element?.removeEventListener("keydown", listen);
  }, [onClose]);
  return panel;
}
