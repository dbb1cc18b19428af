import { ChevronDown, File, FolderUp, Upload } from "lucide-react";
import { type ChangeEvent, useRef } from "react";
import type { Place } from "../../api/objects";
import { Button } from "../../components/controls/Button";
import { showError } from "../../components/feedback/showError";
import { MenuButton } from "../../components/layers/MenuButton";
import { t } from "../../lib/i18n";
import { readChosen } from "../../lib/upload/entries";
import styles from "./Browser.module.css";
import { upload } from "./upload";

interface UploadButtonProps {
  place: Place;
  prefix: string;
}

/** Picks files, or a folder with all that is in it, and queues them. */
export function UploadButton({ place, prefix }: UploadButtonProps) {
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const start = (event: ChangeEvent<HTMLInputElement>) => {
    upload(place, prefix, readChosen(event.target.files ?? [])).catch(showError);
    event.target.value = "";
  };
  return (
    <div className={styles.upload}>
      <Button
        kind="primary"
        aria-keyshortcuts="Shift+U"
        icon={<Upload size={16} aria-hidden />}
        onClick={() => files.current?.click()}
      >
        {t("upload.button")}
      </Button>
      <MenuButton
        label={t("upload.more")}
        className={styles.uploadMore}
        entries={[
          { id: "files", text: t("upload.files"), icon: <File aria-hidden /> },
          { id: "folder", text: t("upload.folder"), icon: <FolderUp aria-hidden /> },
        ]}
        onAction={(id) => (id === "files" ? files : folder).current?.click()}
      >
        <ChevronDown size={14} aria-hidden />
      </MenuButton>
      <input ref={files} type="file" multiple hidden onChange={start} data-pick="files" />
      <input
        ref={folder}
        type="file"
        hidden
        onChange={start}
        data-pick="folder"
        {...{ webkitdirectory: "" }}
      />
    </div>
  );
}
