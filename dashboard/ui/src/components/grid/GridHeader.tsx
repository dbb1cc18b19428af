import { ArrowDown, ArrowUp } from "lucide-react";
import { useEffect, useRef } from "react";
import { cx } from "../../lib/classes";
import styles from "./Grid.module.css";
import type { Column } from "./types";

interface GridHeaderProps<Row> {
  columns: readonly Column<Row>[];
  /** These three are given where rows can be selected. */
  allLabel?: string;
  isAllSelected?: boolean;
  onSelectAll?: (isOn: boolean) => void;
}

/** The head of a grid: names, sorting, and the box that selects every loaded row. */
export function GridHeader<Row>(props: GridHeaderProps<Row>) {
  const { columns, allLabel, isAllSelected = false, onSelectAll } = props;
  return (
    <div role="rowgroup" className={styles.header}>
      <div role="row" aria-rowindex={1} className={styles.row}>
        {onSelectAll !== undefined && (
          <div role="columnheader" className={styles.box}>
            <input
              type="checkbox"
              aria-label={allLabel}
              checked={isAllSelected}
              onChange={(event) => onSelectAll(event.target.checked)}
            />
          </div>
        )}
        {columns.map((column) => (
          <div
            key={column.id}
            role="columnheader"
            aria-sort={column.sort?.direction}
            className={cellClass(column, styles.head)}
          >
            <Head column={column} />
          </div>
        ))}
      </div>
    </div>
  );
}

function Head<Row>({ column }: { column: Column<Row> }) {
  if (column.sort !== undefined) return <SortButton column={column} />;
  if (column.isHeaderHidden === true)
    return <span className="visually-hidden">{column.header}</span>;
  return column.header;
}

function SortButton<Row>({ column }: { column: Column<Row> }) {
  const Icon = column.sort?.direction === "descending" ? ArrowDown : ArrowUp;
  return (
    <button type="button" className={styles.sort} onClick={column.sort?.onSort}>
      {column.header}
      <Icon size={12} aria-hidden data-off={column.sort?.direction === "none"} />
    </button>
  );
}

/** The classes that a column's cells and head have in common. */
export function cellClass<Row>(column: Column<Row>, own: string | undefined): string {
  const isHiddenWhenNarrow = column.narrow === undefined;
  return cx(
    own,
    column.isNumeric === true && styles.numeric,
    column.isExtra === true && styles.extra,
    isHiddenWhenNarrow && styles.wide,
  );
}

/** A box that shows "some" as a dash. */
export function useIndeterminate(isSome: boolean) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (input.current !== null) input.current.indeterminate = isSome;
  }, [isSome]);
  return input;
}
