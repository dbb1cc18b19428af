import { type CSSProperties, useEffect, useMemo, useRef, useState } from "react";
import { t } from "../../lib/i18n";
import { NOTHING, selectAll } from "../../lib/selection";
import { useLatest } from "../../lib/useLatest";
import styles from "./Grid.module.css";
import { GridHeader } from "./GridHeader";
import { GridRow } from "./GridRow";
import type { Column, GridProps } from "./types";
import { type Point, useRowMenu } from "./rowMenu";
import { useArrival } from "./useArrival";
import { useFocusKept } from "./useFocusKept";
import { useGridKeys } from "./useGridKeys";
import { useRowWindow } from "./useRowWindow";

const NEAR_END_ROWS = 200;

/**
 * The one table of the interface: virtualised, so that a hundred thousand rows are forty elements;
 * an ARIA grid with one row in the tab order and everything on the keyboard.
 */
export function Grid<Row>(props: GridProps<Row>) {
  const { rows, rowKey, rowName, columns, selection, onSelect, isComplete = true } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const [focused, setFocused] = useState(0);
  const focusedIndex = Math.min(focused, Math.max(0, rows.length - 1));
  const order = useMemo(() => rows.map(rowKey), [rows, rowKey]);
  const { items, totalHeight, scrollTo } = useRowWindow(scroller, rows.length, focusedIndex);
  useNearEnd(items.at(-1)?.index ?? 0, props);

  const focusRow = (index: number) => {
    setFocused(index);
    scrollTo(index);
    // The row may have to be rendered first.
    requestAnimationFrame(() => {
      scroller.current?.querySelector<HTMLElement>(`[aria-rowindex="${index + 2}"]`)?.focus();
    });
  };
  useFocusKept({ grid: scroller, order, focusedIndex, setFocused, focusRow, moved: props.moved });
  const { onArrive, onLeave } = props;
  useArrival({ grid: scroller, order, focusedIndex, setFocused, focusRow, onArrive, onLeave });
  const onKeyDown = useGridKeys({ ...props, order, focusedIndex, focusRow, scroller });
  const { onRowMenu } = props;
  const openMenu = useLatest((index: number, at: Point) => {
    const row = rows[index];
    if (row !== undefined) onRowMenu?.(row, at);
  });
  useRowMenu(scroller, onRowMenu && openMenu);
  const isSelectable = selection !== undefined && onSelect !== undefined;

  return (
    <div
      ref={scroller}
      role="grid"
      aria-label={props.label}
      aria-rowcount={isComplete ? rows.length + 1 : -1}
      aria-colcount={columns.length + (isSelectable ? 1 : 0)}
      aria-multiselectable={isSelectable}
      aria-busy={props.isBusy === true}
      className={styles.grid}
      style={tracks(columns, isSelectable)}
      onKeyDown={onKeyDown}
    >
      <GridHeader
        columns={columns}
        {...(isSelectable && {
          allLabel: t("grid.selectAll"),
          isAllSelected: rows.length > 0 && selection.keys.size === rows.length,
          onSelectAll: (isOn: boolean) => onSelect(isOn ? selectAll(order) : NOTHING),
        })}
      />
      <div role="rowgroup" className={styles.body} style={{ height: totalHeight }}>
        {items.map(({ index, start, size }) => {
          const row = rows[index];
          if (row === undefined) return null;
          const key = rowKey(row);
          return (
            <GridRow
              key={key}
              row={row}
              rowId={key}
              name={rowName(row)}
              index={index}
              top={start}
              height={size}
              columns={columns}
              isStop={index === focusedIndex}
              isCurrent={key === props.currentKey}
              isSelected={isSelectable ? selection.keys.has(key) : null}
              selection={selection}
              onSelect={onSelect}
              order={order}
              onOpen={props.onOpen}
              onFocus={() => setFocused(index)}
            />
          );
        })}
      </div>
    </div>
  );
}

function useNearEnd<Row>(lastShown: number, { rows, isComplete, onNearEnd }: GridProps<Row>) {
  useEffect(() => {
    if (isComplete === false && lastShown >= rows.length - NEAR_END_ROWS) onNearEnd?.();
  }, [lastShown, rows.length, isComplete, onNearEnd]);
}

function tracks<Row>(columns: readonly Column<Row>[], isSelectable: boolean): CSSProperties {
  const box = isSelectable ? "40px " : "";
  const start = isSelectable ? { "--start": "var(--s3)" } : {};
  const narrow = columns.flatMap((column) => column.narrow ?? []);
  const middle = columns.filter(({ isExtra }) => isExtra !== true);
  return {
    ...start,
    "--columns": box + columns.map(({ width }) => width).join(" "),
    "--columns-middle": box + middle.map(({ width }) => width).join(" "),
    "--columns-narrow": box + narrow.join(" "),
  } as Record<string, string>;
}
