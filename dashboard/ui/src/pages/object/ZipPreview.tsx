import { useQuery } from "@tanstack/react-query";
import { byteReader, type Source, sourceKey } from "../../api/source";
import { FileIcon } from "../../components/data/FileIcon";
import { EmptyState } from "../../components/feedback/EmptyState";
import { ErrorState } from "../../components/feedback/ErrorState";
import { Grid } from "../../components/grid/Grid";
import type { Column } from "../../components/grid/types";
import { formatBytes } from "../../lib/format";
import { t } from "../../lib/i18n";
import { visibleName } from "../../lib/keys";
import { findDirectory, LONGEST_END_BYTES, readEntries, type ZipEntry } from "../../lib/zip";
import styles from "./Preview.module.css";

const LARGEST_DIRECTORY_BYTES = 8 * 1024 * 1024;

interface ZipPreviewProps {
  source: Source;
}

interface Row extends ZipEntry {
  id: string;
}

const COLUMNS: Column<Row>[] = [
  {
    id: "name",
    header: "",
    width: "minmax(160px, 1fr)",
    narrow: "minmax(0, 1fr)",
    cell: ({ name, isFolder }) => (
      <>
        <FileIcon kind={isFolder ? "folder" : "object"} name={name} />
        <span title={visibleName(name)}>{visibleName(name)}</span>
      </>
    ),
  },
  {
    id: "size",
    header: "",
    width: "104px",
    narrow: "84px",
    isNumeric: true,
    cell: ({ isFolder, sizeBytes }) => (isFolder ? "–" : formatBytes(sizeBytes)),
  },
];

/** The list of an archive, read from its end without fetching the rest. */
export default function ZipPreview({ source }: ZipPreviewProps) {
  const entries = useQuery({
    queryKey: ["zip", ...sourceKey(source)],
    queryFn: ({ signal }) => readZip(source, signal),
    staleTime: Infinity,
  });
  if (entries.isError) {
    return <ErrorState error={entries.error} onRetry={() => void entries.refetch()} />;
  }
  if (entries.isPending) return <p className={styles.loading}>{t("state.loading")}</p>;
  if (entries.data === null) {
    return <EmptyState title={t("zip.unreadable")} text={t("zip.unreadableText")} />;
  }
  const headed = COLUMNS.map((column) => ({
    ...column,
    header: column.id === "name" ? t("column.name") : t("column.size"),
  }));
  return (
    <div className={styles.frame}>
      <p className={styles.tools}>{t("zip.count", { count: entries.data.length })}</p>
      <Grid
        label={t("zip.contents")}
        rows={entries.data}
        rowKey={({ id }) => id}
        rowName={({ name }) => name}
        columns={headed}
      />
    </div>
  );
}

/** Null where it is no archive that can be listed. */
async function readZip(source: Source, signal: AbortSignal): Promise<Row[] | null> {
  const from = Math.max(0, source.size - LONGEST_END_BYTES);
  const read = byteReader(source, signal);
  const end = new Uint8Array(await read(from, source.size));
  const directory = findDirectory(end);
  if (directory === null || directory.sizeBytes > LARGEST_DIRECTORY_BYTES) return null;
  const { offset, sizeBytes } = directory;
  if (sizeBytes === 0) return [];
  const bytes =
    offset >= from
      ? end.subarray(offset - from, offset - from + sizeBytes)
      : new Uint8Array(await read(offset, offset + sizeBytes));
  return readEntries(bytes).map((entry, index) => ({ ...entry, id: String(index) }));
}
