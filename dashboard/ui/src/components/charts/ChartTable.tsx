import { formatDateTime } from "../../lib/format";
import { t } from "../../lib/i18n";
import type { Line, Spans } from "../../lib/series";
import styles from "./Chart.module.css";

interface ChartTableProps {
  title: string;
  lines: readonly Line[];
  spans: Spans;
  format: (value: number) => string;
}

/** The same numbers to read, the latest first; spans without anything are left out. */
export function ChartTable({ title, lines, spans, format }: ChartTableProps) {
  const rows = spans.starts
    .map((start, index) => ({ start, values: lines.map(({ values }) => values[index] ?? 0) }))
    .filter(({ values }) => values.some((value) => value > 0))
    .reverse();
  return (
    <div className={styles.scroll} tabIndex={0} role="region" aria-label={title}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{t("chart.time")}</th>
            {lines.map(({ name }) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ start, values }) => (
            <tr key={start}>
              <th scope="row">{formatDateTime(new Date(start * 1000).toISOString())}</th>
              {values.map((value, index) => (
                <td key={index}>{format(value)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
