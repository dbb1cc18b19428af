import { memo, type MouseEvent } from "react";
import { t } from "../../lib/i18n";
import { type Selection, selectOnly, selectRange, toggle } from "../../lib/selection";
import styles from "./Grid.module.css";
import { cellClass } from "./GridHeader";
import type { Column } from "./types";

interface GridRowProps<Row> {
  row: Row;
  rowId: string;
  name: string;
  index: number;
  top: number;
  height: number;
  columns: readonly Column<Row>[];
  /** Whether Tab stops at this row. */
  isStop: boolean;
  isCurrent: boolean;
  /** Null where rows cannot be selected. */
  isSelected: boolean | null;
  selection: Selection | undefined;
  onSelect: ((selection: Selection) => void) | undefined;
  order: readonly string[];
  onOpen: ((row: Row) => void) | undefined;
  onFocus: () => void;
}

function GridRowInner<Row>(props: GridRowProps<Row>) {
  const { row, name, index, top, height, columns, isSelected } = props;
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-selected={isSelected ?? undefined}
      tabIndex={props.isStop ? 0 : -1}
      data-current={props.isCurrent}
      data-stop={props.isStop}
      className={styles.row}
      style={{ height, transform: `translateY(${top}px)` }}
      onFocus={props.onFocus}
      onClick={(event) => select(event, props)}
      onDoubleClick={(event) => {
        if (!isControl(event)) props.onOpen?.(row);
      }}
    >
      {isSelected !== null && (
        <div role="gridcell" className={styles.box}>
          <input
            type="checkbox"
            aria-label={t("grid.select", { name })}
            tabIndex={-1}
            checked={isSelected}
            readOnly
          />
        </div>
      )}
      {columns.map((column) => (
        <div key={column.id} role="gridcell" className={cellClass(column, styles.cell)}>
          {column.cell(row, props.isStop ? 0 : -1)}
        </div>
      ))}
    </div>
  );
}

/** One row; it is drawn again only when something of it changes. */
export const GridRow = memo(GridRowInner, (before, after) => {
  const names = [
    "row",
    "index",
    "top",
    "columns",
    "isStop",
    "isCurrent",
    "isSelected",
    "onOpen",
  ] as const;
  const isSame = names.every((name) => Object.is(before[name], after[name]));
  return isSame && before.selection === after.selection && before.order === after.order;
}) as typeof GridRowInner;

function select<Row>(event: MouseEvent, props: GridRowProps<Row>): void {
  const { selection, onSelect, order, rowId } = props;
  if (selection === undefined || onSelect === undefined) return;
  const isBox = event.target instanceof HTMLInputElement;
  if (!isBox && isControl(event)) return;
  if (event.shiftKey) onSelect(selectRange(selection, order, rowId));
  else if (isBox || event.ctrlKey || event.metaKey) onSelect(toggle(selection, rowId));
  else onSelect(selectOnly(rowId));
}

/** Whether the click meant a link or button inside the row. */
function isControl({ target }: MouseEvent): boolean {
  return target instanceof Element && target.closest("a, button, input") !== null;
}
