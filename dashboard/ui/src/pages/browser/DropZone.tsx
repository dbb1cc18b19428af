import { Upload } from "lucide-react";
import { type DragEvent, type ReactNode, useRef, useState } from "react";
import type { Place } from "../../api/objects";
import { showError } from "../../components/feedback/showError";
import { t } from "../../lib/i18n";
import { readDrop } from "../../lib/upload/entries";
import { upload } from "./upload";
import styles from "./Browser.module.css";

interface DropZoneProps {
  place: Place;
  prefix: string;
  /** False where nothing may be written. */
  isOn: boolean;
  children: ReactNode;
}

/** Files and folders dropped anywhere in the browser are uploaded to the shown folder. */
export function DropZone({ place, prefix, isOn, children }: DropZoneProps) {
  const [isOver, setOver] = useState(false);
  // Enter and leave also fire for children; only their balance says where the pointer is.
  const depth = useRef(0);
  const enter = (event: DragEvent, step: 1 | -1) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    depth.current += step;
    setOver(depth.current > 0);
  };
  const drop = (event: DragEvent) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    depth.current = 0;
    setOver(false);
    if (!isOn) return;
    // Read at once: the browser takes the files away when the event ends.
    upload(place, prefix, readDrop(event.dataTransfer)).catch(showError);
  };
  return (
    <div
      className={styles.zone}
      onDragEnter={(event) => enter(event, 1)}
      onDragLeave={(event) => enter(event, -1)}
      onDragOver={(event) => {
        if (carriesFiles(event)) event.preventDefault();
      }}
      onDrop={drop}
    >
      {children}
      {isOver && (
        <div className={styles.overlay}>
          <Upload size={28} aria-hidden />
          {isOn
            ? t("upload.dropHere", { place: `${place.bucket}/${prefix}` })
            : t("upload.notHere")}
        </div>
      )}
    </div>
  );
}

function carriesFiles(event: DragEvent): boolean {
  return event.dataTransfer.types.includes("Files");
}
