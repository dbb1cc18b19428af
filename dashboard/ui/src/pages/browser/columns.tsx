import { Link } from "@tanstack/react-router";
import { type ReactNode, Suspense } from "react";
import { FileIcon } from "../../components/data/FileIcon";
import { Time } from "../../components/data/Time";
import { lateMenuColumn, type RowAction } from "../../components/grid/menuColumn";
import type { Column } from "../../components/grid/types";
import { formatBytes } from "../../lib/format";
import { t } from "../../lib/i18n";
import { visibleName } from "../../lib/keys";
import type { BrowserSearch, ObjectSort } from "../search";
import styles from "./Browser.module.css";
import { type Entry, isGhost } from "./entries";

export interface ColumnFacts {
  sort: ObjectSort;
  setSort: (sort: ObjectSort) => void;
  /** Whether some object is kept in another class than the usual one. */
  hasClasses: boolean;
  /** What can be done with a row. */
  actions: (entry: Entry) => Promise<RowAction[]>;
  /** The row that gets another name, and what stands there meanwhile. */
  renaming: { key: string; field: ReactNode } | null;
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
      cell: (entry) =>
        entry.key === facts.renaming?.key ? (
          <Renamed entry={entry}>{facts.renaming.field}</Renamed>
        ) : (
          <Name entry={entry} />
        ),
    },
    {
      id: "size",
      header: t("column.size"),
      width: "104px",
      narrow: "84px",
      isNumeric: true,
      sort: sorting(facts, "size"),
      cell: (entry) => (entry.kind === "folder" ? "–" : formatBytes(entry.sizeBytes)),
    },
    {
      id: "modified",
      header: t("column.modified"),
      width: "148px",
      sort: sorting(facts, "modified"),
      cell: (entry) => (entry.kind === "folder" ? "–" : <Time at={entry.modified} />),
    },
    ...(facts.hasClasses ? [storageClass()] : []),
    lateMenuColumn((entry) => visibleName(entry.name), facts.actions),
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

function Renamed({ entry, children }: { entry: Entry; children: ReactNode }) {
  return (
    <>
      <FileIcon kind={entry.kind === "folder" ? "folder" : "object"} name={entry.name} />
      <Suspense fallback={<span className={styles.name}>{visibleName(entry.name)}</span>}>
        {children}
      </Suspense>
    </>
  );
}

function searchFor(entry: Entry, previous: BrowserSearch): BrowserSearch {
  const { deleted } = previous;
  if (entry.kind === "folder") return { prefix: entry.key, ...(deleted && { deleted }) };
  if (entry.kind === "object") return { ...previous, object: entry.key };
  return { ...previous, object: entry.key, panel: "versions" };
}

function Name({ entry }: { entry: Entry }) {
  const shown = visibleName(entry.name);
  return (
    <>
      <FileIcon kind={entry.kind === "folder" ? "folder" : "object"} name={entry.name} />
      <Link
        from="/b/$backend/$bucket"
        to="."
        tabIndex={-1}
        className={styles.name}
        data-gone={isGhost(entry)}
        title={shown}
        search={(previous) => searchFor(entry, previous)}
      >
        {shown === "" ? t("browser.emptyName") : shown}
      </Link>
      {isGhost(entry) && <span className={styles.gone}>{t("browser.deleted")}</span>}
    </>
  );
}
