import { ChevronLeft, ChevronRight, Maximize2, Minimize2, X } from "lucide-react";
import { IconButton } from "../../components/controls/Button";
import { FileIcon } from "../../components/data/FileIcon";
import { t } from "../../lib/i18n";
import styles from "./ObjectPanel.module.css";

interface PanelHeadProps {
  name: string;
  isFull: boolean;
  onFull: (isFull: boolean) => void;
  onNext: (() => void) | undefined;
  onPrevious: (() => void) | undefined;
  onClose: () => void;
}

/** The object's name, and how it is looked at: beside the list, or alone and one after the other. */
export function PanelHead(props: PanelHeadProps) {
  const { name, isFull, onFull, onNext, onPrevious, onClose } = props;
  return (
    <div className={styles.head}>
      <FileIcon kind="object" name={name} />
      <h2 className={styles.name} title={name}>
        {name}
      </h2>
      {isFull && (
        <>
          <IconButton
            label={t("object.previous")}
            disabled={onPrevious === undefined}
            onClick={onPrevious}
          >
            <ChevronLeft size={16} aria-hidden />
          </IconButton>
          <IconButton label={t("object.next")} disabled={onNext === undefined} onClick={onNext}>
            <ChevronRight size={16} aria-hidden />
          </IconButton>
        </>
      )}
      <IconButton
        label={isFull ? t("object.beside") : t("object.full")}
        aria-keyshortcuts="F"
        className={styles.fullButton}
        onClick={() => onFull(!isFull)}
      >
        {isFull ? <Minimize2 size={16} aria-hidden /> : <Maximize2 size={16} aria-hidden />}
      </IconButton>
      <IconButton label={t("object.close")} onClick={onClose}>
        <X size={16} aria-hidden />
      </IconButton>
    </div>
  );
}
