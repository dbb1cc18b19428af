import { useState } from "react";
import { Grid } from "../../components/grid/Grid";
import type { Column } from "../../components/grid/types";
import { NOTHING } from "../../lib/selection";
import styles from "./Kit.module.css";

interface KitRow {
  name: string;
  size: number;
}

const ROWS: readonly KitRow[] = Array.from({ length: 100_000 }, (_, index) => ({
  name: `object-${String(index).padStart(6, "0")}.txt`,
  size: index * 37,
}));
const COLUMNS: readonly Column<KitRow>[] = [
  { id: "name", header: "Name", width: "1fr", narrow: "1fr", cell: ({ name }) => name },
  { id: "size", header: "Size", width: "96px", narrow: "96px", isNumeric: true, cell: sizeOf },
];

function sizeOf({ size }: KitRow) {
  return size;
}

const rowKey = ({ name }: KitRow) => name;

/** A hundred thousand rows, of which forty are elements. */
export function KitGrid({ label }: { label: string }) {
  const [selection, setSelection] = useState(NOTHING);
  return (
    <div className={styles.grid}>
      <Grid
        label={label}
        rows={ROWS}
        rowKey={rowKey}
        rowName={rowKey}
        columns={COLUMNS}
        selection={selection}
        onSelect={setSelection}
      />
    </div>
  );
}
