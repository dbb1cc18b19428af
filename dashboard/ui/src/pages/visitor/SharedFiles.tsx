import { useInfiniteQuery } from "@tanstack/react-query";
import { Download, Folder, FolderUp } from "lucide-react";
import { useState } from "react";
import type { SharedFile, SharedFolder } from "../../api/schema.gen";
import { sharedFileUrl, sharedListQuery, sharedZipUrl } from "../../api/visitor";
import type { Source } from "../../api/source";
import { Button, IconButton } from "../../components/controls/Button";
import { FileIcon } from "../../components/data/FileIcon";
import { ErrorState } from "../../components/feedback/ErrorState";
import { download } from "../../lib/download";
import { formatBytes } from "../../lib/format";
import { t } from "../../lib/i18n";
import { visibleName } from "../../lib/keys";
import { sourceOfFile } from "./lookAt";
import { SharedFileLook } from "./SharedFileLook";
import styles from "./Visitor.module.css";

interface SharedFilesProps {
  code: string;
  /** Whether looking at a file costs none of a number of downloads. */
  isFree: boolean;
}

/** The files of a shared folder, level by level: to look at, to save, one by one or together. */
export function SharedFiles({ code, isFree }: SharedFilesProps) {
  const [folder, setFolder] = useState("");
  const [seen, setSeen] = useState<{ path: string; source: Source | null } | null>(null);
  const listing = useInfiniteQuery(sharedListQuery(code, folder));
  if (listing.isError) {
    return <ErrorState error={listing.error} onRetry={() => void listing.refetch()} />;
  }
  if (seen?.source != null) {
    return (
      <SharedFileLook source={seen.source} onClose={() => setSeen({ ...seen, source: null })} />
    );
  }
  const pages = listing.data?.pages ?? [];
  const folders = pages.flatMap((page) => page.folders);
  const files = pages.flatMap((page) => page.files);
  const isEmpty = listing.data !== undefined && folders.length + files.length === 0;
  return (
    <>
      <div className={styles.tools}>
        {folder !== "" && (
          <Button
            icon={<FolderUp size={16} aria-hidden />}
            onClick={() => setFolder(above(folder))}
          >
            {t("visitor.up")}
          </Button>
        )}
        <Button
          icon={<Download size={16} aria-hidden />}
          disabled={isEmpty}
          onClick={() => download(sharedZipUrl(code, folder))}
        >
          {t("visitor.all")}
        </Button>
      </div>
      {folder !== "" && <p className={styles.fact}>{visibleName(folder)}</p>}
      {isEmpty && <p>{t("browser.emptyFolder")}</p>}
      <ul className={styles.list} aria-label={t("visitor.files")} aria-busy={listing.isPending}>
        {folders.map((one) => (
          <FolderRow key={one.path} folder={one} onOpen={setFolder} />
        ))}
        {files.map((file) => (
          <FileRow
            key={file.path}
            code={code}
            file={file}
            source={isFree ? sourceOfFile(code, file) : null}
            onLook={(source) => setSeen({ path: file.path, source })}
            isComeBackTo={seen?.path === file.path}
          />
        ))}
      </ul>
      {listing.hasNextPage && (
        <Button pending={listing.isFetchingNextPage} onClick={() => void listing.fetchNextPage()}>
          {t("preview.more")}
        </Button>
      )}
    </>
  );
}

/** The folder one level up; nothing is the top. */
function above(folder: string): string {
  return folder.slice(0, folder.slice(0, -1).lastIndexOf("/") + 1);
}

interface FolderRowProps {
  folder: SharedFolder;
  onOpen: (path: string) => void;
}

function FolderRow({ folder: { name, path }, onOpen }: FolderRowProps) {
  return (
    <li>
      <button type="button" className={styles.row} onClick={() => onOpen(path)}>
        <Folder size={16} aria-hidden />
        <span className={styles.label}>{visibleName(name)}</span>
      </button>
    </li>
  );
}

interface FileRowProps {
  code: string;
  file: SharedFile;
  /** Null where there is nothing to look at. */
  source: Source | null;
  onLook: (source: Source) => void;
  isComeBackTo: boolean;
}

function FileRow({ code, file, source, onLook, isComeBackTo }: FileRowProps) {
  const { name, path, size } = file;
  const save = () => download(sharedFileUrl(code, path));
  return (
    <li className={styles.file}>
      <button
        type="button"
        className={styles.row}
        autoFocus={isComeBackTo}
        onClick={() => (source === null ? save() : onLook(source))}
      >
        <FileIcon kind="object" name={name} />
        <span className={styles.label}>{visibleName(name)}</span>
        <span className={styles.size}>{formatBytes(size)}</span>
      </button>
      <IconButton label={t("visitor.save", { name: visibleName(name) })} onClick={save}>
        <Download size={16} aria-hidden />
      </IconButton>
    </li>
  );
}
