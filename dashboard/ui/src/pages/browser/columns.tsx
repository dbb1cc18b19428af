import { Link } from "@tanstack/react-router";
import { Download, EllipsisVertical, Info, Link2, Trash2 } from "lucide-react";
import { downloadUrl, type Place } from "../../api/objects";
import { FileIcon } from "../../components/data/FileIcon";
import { Time } from "../../components/data/Time";
import type { Column } from "../../components/grid/types";
import { type MenuEntry, MenuButton } from "../../components/layers/MenuButton";
import { download } from "../../lib/download";
import { formatBytes } from "../../lib/format";
import { t } from "../../lib/i18n";
import { s3Uri, visibleName } from "../../lib/keys";
import type { ObjectSort } from "../search";
import styles from "./Browser.module.css";
import type { Entry } from "./entries";

interface ColumnFacts {
  place: Place;
  sort: ObjectSort;
  setSort: (sort: ObjectSort) => void;
  /** Whether some object is kept in another class than the usual one. */
  hasClasses: boolean;
  /** Null where nothing may be deleted. */
  onDelete: ((key: string) => void) | null;
}

/** Name, size, date, class and the menu of a row. */
export function entryColumns(facts: ColumnFacts): Column<Entry>[] {
  return [
    {
      id: "name",
      header: t("column.name"),
      width: "minmax(220px, 1fr)",
      narrow: "minmax(0, 1fr)",
      sort: sorting(facts, "name"),
      cell: (entry) => <Name entry={entry} />,
    },
    {
      id: "size",
      header: t("column.size"),
      width: "104px",
      narrow: "84px",
      isNumeric: true,
      sort: sorting(facts, "size"),
      cell: (entry) => (entry.kind === "object" ? formatBytes(entry.sizeBytes) : "–"),
    },
    {
      id: "modified",
      header: t("column.modified"),
      width: "148px",
      sort: sorting(facts, "modified"),
      cell: (entry) => (entry.kind === "object" ? <Time at={entry.modified} /> : "–"),
    },
    ...(facts.hasClasses ? [storageClass()] : []),
    {
      id: "menu",
      header: t("column.actions"),
      isHeaderHidden: true,
      width: "48px",
      narrow: "44px",
      cell: (entry, tabIndex) => <RowMenu entry={entry} facts={facts} tabIndex={tabIndex} />,
    },
  ];
}

function storageClass(): Column<Entry> {
  return {
    id: "class",
    header: t("column.storageClass"),
    width: "132px",
    cell: (entry) => (entry.kind === "object" ? (entry.storageClass ?? "–") : "–"),
  };
}

function sorting({ sort, setSort }: ColumnFacts, column: "name" | "size" | "modified") {
  const isAscending = sort === column;
  const isDescending = sort === `-${column}`;
  const direction = isAscending ? "ascending" : isDescending ? "descending" : "none";
  const next: ObjectSort = isAscending ? `-${column}` : column;
  return { direction, onSort: () => setSort(next) } as const;
}

function Name({ entry }: { entry: Entry }) {
  const shown = visibleName(entry.name);
  return (
    <>
      <FileIcon kind={entry.kind} name={entry.name} />
      <Link
        from="/b/$backend/$bucket"
        to="."
        tabIndex={-1}
        className={styles.name}
        title={shown}
        search={(previous) =>
          entry.kind === "folder" ? { prefix: entry.key } : { ...previous, object: entry.key }
        }
      >
        {shown === "" ? t("browser.emptyName") : shown}
      </Link>
    </>
  );
}

interface RowMenuProps {
  entry: Entry;
  facts: ColumnFacts;
  tabIndex: 0 | -1;
}

function RowMenu({ entry, facts: { place, onDelete }, tabIndex }: RowMenuProps) {
  const entries: MenuEntry[] = [
    ...(entry.kind === "object"
      ? [{ id: "download", text: t("action.download"), icon: <Download aria-hidden /> }]
      : []),
    { id: "copyKey", text: t("browser.copyKey"), icon: <Info aria-hidden /> },
    { id: "copyUri", text: t("browser.copyUri"), icon: <Link2 aria-hidden /> },
    ...(onDelete === null
      ? []
      : [
          {
            id: "delete",
            text: t("action.delete"),
            icon: <Trash2 aria-hidden />,
            isDanger: true,
            section: "",
          },
        ]),
  ];
  const act = (id: string) => {
    if (id === "download") download(downloadUrl(place, entry.key));
    else if (id === "copyKey") void navigator.clipboard.writeText(entry.key);
    else if (id === "copyUri") void navigator.clipboard.writeText(s3Uri(place.bucket, entry.key));
    else onDelete?.(entry.key);
  };
  return (
    <MenuButton
      label={t("browser.rowMenu", { name: visibleName(entry.name) })}
      className={styles.rowMenu}
      entries={entries}
      onAction={act}
      tabIndex={tabIndex}
    >
      <EllipsisVertical size={16} aria-hidden />
    </MenuButton>
  );
}
