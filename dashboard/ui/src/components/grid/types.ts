import type { KeyboardEvent, ReactNode } from "react";
import type { Selection } from "../../lib/selection";
import type { Point } from "./rowMenu";
import type { Arrival, Leaving } from "./useArrival";
import type { Moved } from "./useFocusKept";

export interface Column<Row> {
  id: string;
  header: string;
  /** True where the header is only for screen readers. */
  isHeaderHidden?: boolean;
  /** What the cell shows; controls in it take the given tabIndex, so that Tab stops once a row. */
  cell: (row: Row, tabIndex: 0 | -1) => ReactNode;
  /** A track of CSS grid: `120px`, `minmax(200px, 1fr)`. */
  width: string;
  /** Its track on narrow screens; a column without one is hidden there. */
  narrow?: string;
  /** Hidden while the grid is of middling width, such as beside a panel. */
  isExtra?: boolean;
  isNumeric?: boolean;
  /** Given where the grid can be sorted by this column. */
  sort?: { direction: "ascending" | "descending" | "none"; onSort: () => void };
}

export interface GridProps<Row> {
  /** The name of the grid. */
  label: string;
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  /** What type-ahead looks at, and the name of a row's selection box. */
  rowName: (row: Row) => string;
  columns: readonly Column<Row>[];
  /** True while the rows are being loaded again; the old ones stay. */
  isBusy?: boolean;
  /** False while more rows may come. */
  isComplete?: boolean;
  onNearEnd?: (() => void) | undefined;
  onOpen?: (row: Row) => void;
  /** Given where rows can be selected. */
  selection?: Selection;
  onSelect?: (selection: Selection) => void;
  /** Keys that the grid itself does not know; called before it looks at them. */
  onRowKey?: (event: KeyboardEvent, row: Row) => void;
  /** Asked for the menu of a row, by a right click, a long press or a key. Stays the same. */
  onRowMenu?: (row: Row, at: Point) => void;
  /** The row that a panel beside the grid shows. */
  currentKey?: string | undefined;
  /** The row that has taken another one's place, and gets its focus. */
  moved?: Moved | null;
  /** Where to begin, asked once the list is there; given where lists are come back to. */
  onArrive?: () => Arrival;
  onLeave?: (leaving: Leaving) => void;
}
