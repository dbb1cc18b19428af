import {
  File,
  FileArchive,
  FileBraces,
  FileHeadphone,
  FileImage,
  FilePlay,
  FileSpreadsheet,
  FileText,
  Folder,
} from "lucide-react";
import { type FileKind, fileKind } from "../../lib/keys";
import styles from "./FileIcon.module.css";

const ICONS: Record<FileKind, typeof File> = {
  image: FileImage,
  text: FileText,
  markdown: FileText,
  json: FileBraces,
  csv: FileSpreadsheet,
  parquet: FileSpreadsheet,
  pdf: FileText,
  audio: FileHeadphone,
  video: FilePlay,
  archive: FileArchive,
  other: File,
};

/** The sign of a folder or of a kind of file; the name beside it says the rest. */
export function FileIcon({ kind, name }: { kind: "folder" | "object"; name: string }) {
  if (kind === "folder") return <Folder size={16} aria-hidden className={styles.folder} />;
  const Icon = ICONS[fileKind(name)];
  return <Icon size={16} aria-hidden className={styles.file} />;
}
