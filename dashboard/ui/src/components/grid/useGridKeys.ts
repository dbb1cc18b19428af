import { type KeyboardEvent, type RefObject, useMemo } from "react";
import { NOTHING, selectAll, selectOnly, selectRange, toggle } from "../../lib/selection";
import { targetIndex, TypeAhead } from "./keys";
import type { GridProps } from "./types";

interface GridKeyFacts<Row> extends GridProps<Row> {
  order: readonly string[];
  focusedIndex: number;
  focusRow: (index: number) => void;
  scroller: RefObject<HTMLElement | null>;
}

/** The keyboard of a grid: move, select, open, find by letters. */
export function useGridKeys<Row>(facts: GridKeyFacts<Row>) {
  const typeAhead = useMemo(() => new TypeAhead(), []);
  return (event: KeyboardEvent) => {
    const { rows, focusedIndex, focusRow } = facts;
    const row = rows[focusedIndex];
    if (row === undefined || !isOnRow(event)) return;
    facts.onRowKey?.(event, row);
    if (event.defaultPrevented) return;
    if (handleSelection(event, facts) || handleMove(event, facts)) {
      event.preventDefault();
      return;
    }
    if (event.key === "Enter") {
      event.preventDefault();
      facts.onOpen?.(row);
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const found = typeAhead.find(event.key, rows.map(facts.rowName), {
      from: focusedIndex,
      now: Date.now(),
    });
    if (found !== null) focusRow(found);
  };
}

/** Keys inside a control of the row belong to that control. */
function isOnRow({ target }: KeyboardEvent): boolean {
  return target instanceof HTMLElement && target.role === "row";
}

function handleMove<Row>(event: KeyboardEvent, facts: GridKeyFacts<Row>): boolean {
  const { rows, order, focusedIndex, focusRow, selection, onSelect, scroller } = facts;
  if (event.altKey || event.metaKey) return false;
  const rowHeight = event.target instanceof HTMLElement ? event.target.offsetHeight : 1;
  const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 2);
  const index = targetIndex(event.key, focusedIndex, { count: rows.length, page });
  if (index === null) return false;
  focusRow(index);
  const [from, to] = [order[focusedIndex], order[index]];
  if (event.shiftKey && selection !== undefined && from !== undefined && to !== undefined) {
    const base = selection.anchor === null ? selectOnly(from) : selection;
    onSelect?.(selectRange(base, order, to));
  }
  return true;
}

function handleSelection<Row>(event: KeyboardEvent, facts: GridKeyFacts<Row>): boolean {
  const { selection, onSelect, order, focusedIndex } = facts;
  const key = order[focusedIndex];
  if (selection === undefined || onSelect === undefined || key === undefined) return false;
  if (event.key === " ") onSelect(toggle(selection, key));
  else if (event.key === "a" && (event.ctrlKey || event.metaKey)) onSelect(selectAll(order));
  else if (event.key === "Escape" && selection.keys.size > 0) onSelect(NOTHING);
  else return false;
  return true;
}
