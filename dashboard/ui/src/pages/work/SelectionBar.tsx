import { Download, EllipsisVertical, Trash2, Undo2, X } from "lucide-react";
import { useRef, useState } from "react";
import { MOST_ZIPPED } from "../../api/archives";
import { downloadUrl } from "../../api/objects";
import type { LevelName } from "../../api/schema.gen";
import { Button, IconButton } from "../../components/controls/Button";
import type { RowAction } from "../../components/grid/menuColumn";
import { MenuButton } from "../../components/layers/MenuButton";
import { download } from "../../lib/download";
import { formatBytes } from "../../lib/format";
import { t } from "../../lib/i18n";
import { NOTHING } from "../../lib/selection";
import styles from "../browser/Browser.module.css";
import { downloadZip } from "../browser/downloadZip";
import { isGhost, sumEntries } from "../browser/entries";
import { loadActions } from "../browser/rowKeys";
import type { Browser } from "../browser/useBrowser";

interface BarProps {
  browser: Browser;
  can: (level: LevelName) => boolean;
}

/** What can be done with all that is selected. */
export default function SelectionBar({ browser, can }: BarProps) {
  const { selected, place } = browser;
  const sum = sumEntries(selected);
  const [only] = selected;
  const isOne = selected.length === 1 && only?.kind === "object";
  const keys = selected.map(({ key }) => key);
  const isGone = selected.some(isGhost);
  const [isAsking, setAsking] = useState(false);
  const save = async () => {
    if (isOne) {
      download(downloadUrl(place, only.key));
      return;
    }
    setAsking(true);
    await downloadZip(place, keys);
    setAsking(false);
  };
  return (
    <div className={styles.tools} role="toolbar" aria-label={t("browser.selectionTools")}>
      <IconButton label={t("browser.clearSelection")} onClick={() => browser.select(NOTHING)}>
        <X size={16} aria-hidden />
      </IconButton>
      <p className={styles.selected} role="status">
        {t("browser.selected", { count: selected.length })}
        {sum.objects > 0 && <span> · {formatBytes(sum.sizeBytes)}</span>}
      </p>
      {isGone && can("delete") && (
        <Button
          icon={<Undo2 size={16} aria-hidden />}
          title={selected.every(isGhost) ? undefined : t("deleted.mixed")}
          onClick={() => browser.undelete(selected)}
        >
          {t("deleted.undelete")}
        </Button>
      )}
      {!isGone && can("read") && (
        <Button
          icon={<Download size={16} aria-hidden />}
          disabled={selected.length > MOST_ZIPPED}
          title={
            selected.length > MOST_ZIPPED
              ? t("browser.zipLimit", { count: MOST_ZIPPED })
              : undefined
          }
          pending={isAsking}
          onClick={() => void save()}
        >
          {isOne ? t("action.download") : t("browser.zip")}
        </Button>
      )}
      {!isGone && can("delete") && (
        <Button
          icon={<Trash2 size={16} aria-hidden />}
          onClick={() => browser.askToDelete(selected.map(({ key }) => key))}
        >
          {t("action.delete")}
        </Button>
      )}
      {!isGone && can("read") && <MoreWithSelection browser={browser} can={can} />}
    </div>
  );
}

function MoreWithSelection({ browser, can }: BarProps) {
  const offered = useRef<readonly RowAction[]>([]);
  const load = async () => {
    const { selectionActions } = await loadActions();
    // What the bar shows beside is not said twice.
    const shown = new Set(["download", "delete", "clear"]);
    return (offered.current = selectionActions(browser, can).filter(({ id }) => !shown.has(id)));
  };
  return (
    <MenuButton
      label={t("browser.moreWithSelection")}
      entries={load}
      onAction={(id) => offered.current.find((action) => action.id === id)?.act()}
    >
      <EllipsisVertical size={16} aria-hidden />
    </MenuButton>
  );
}
