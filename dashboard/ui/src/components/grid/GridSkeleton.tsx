import type { CSSProperties } from "react";
import { t } from "../../lib/i18n";
import styles from "./Grid.module.css";
import { cellClass, GridHeader } from "./GridHeader";
import type { Column } from "./types";

const ROWS = 12;
const cell = () => null;
const WIDTHS = ["46%", "62%", "38%", "54%"];

/** A grid whose rows are on their way: the final shape, shown after a moment. */
export function GridSkeleton<Row>({ columns }: { columns: readonly Column<Row>[] }) {
  const style = {
    "--columns": columns.map(({ width }) => width).join(" "),
    "--columns-middle": columns
      .filter(({ isExtra }) => isExtra !== true)
      .map(({ width }) => width)
      .join(" "),
    "--columns-narrow": columns.flatMap((column) => column.narrow ?? []).join(" "),
  } as CSSProperties;
  const plain = columns.map(({ id, header, width, narrow, isExtra = false }) =>
    narrow === undefined
      ? { id, header, width, isExtra, cell }
      : { id, header, width, narrow, isExtra, cell },
  );
  return (
    <div className={styles.grid} style={style} aria-busy="true">
      <p className="visually-hidden" role="status">
        {t("state.loading")}
      </p>
      <div className={styles.loading} aria-hidden inert>
        <GridHeader columns={plain} />
        {Array.from({ length: ROWS }, (_, index) => (
          <div key={index} className={styles.row}>
            {columns.map((column) => (
              <div key={column.id} className={cellClass(column, styles.cell)}>
                <div
                  className={styles.skeleton}
                  style={{ width: WIDTHS[index % WIDTHS.length] ?? "" }}
                />
              </div>
            ))}
          </div>
        ))}
      </div>
    </div>
  );
}
