import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { type Source, sourceKey } from "../../api/source";
import { ErrorState } from "../../components/feedback/ErrorState";
import { Grid } from "../../components/grid/Grid";
import type { Column } from "../../components/grid/types";
import { formatNumber } from "../../lib/format";
import { t } from "../../lib/i18n";
import { cellText } from "../../lib/parquet";
import { HexPreview } from "./lateKinds";
import styles from "./Preview.module.css";
import { type ParquetStart, readParquet } from "./readParquet";

interface ParquetPreviewProps {
  source: Source;
}

type Row = ParquetStart["rows"][number];

const LOOKED_AT_ROWS = 50;
const WIDEST_CH = 40;
const PADDING_CH = 3;

const rowKey = ({ number }: Row) => String(number);

/** The schema of a Parquet file and its first rows; only the bytes for these are fetched. */
export default function ParquetPreview({ source }: ParquetPreviewProps) {
  const file = useQuery({
    queryKey: ["parquet", ...sourceKey(source)],
    queryFn: ({ signal }) => readParquet(source, signal),
    staleTime: Infinity,
  });
  if (file.isError) return <ErrorState error={file.error} onRetry={() => void file.refetch()} />;
  if (file.isPending) {
    return (
      <p className={styles.loading} role="status">
        {t("state.loading")}
      </p>
    );
  }
  if (file.data === null) return <HexPreview source={source} />;
  return <Contents start={file.data} />;
}

function Contents({ start }: { start: ParquetStart }) {
  const { rowCount, rows, columns, fields, codecs } = start;
  const shown = useMemo(() => columns.map((name) => gridColumn(name, rows)), [columns, rows]);
  const topFields = fields.filter(({ depth }) => depth === 0).length;
  return (
    <div className={styles.frame}>
      <p className={styles.facts}>
        {t("parquet.rows", { count: formatNumber(rowCount) })} ·{" "}
        {t("parquet.columns", { count: topFields })}
        {codecs.length > 0 && <> · {codecs.join(", ")}</>}
      </p>
      <details className={styles.schema}>
        <summary>{t("parquet.schema")}</summary>
        <ul aria-label={t("parquet.schema")}>
          {fields.map(({ name, type, isOptional, depth }, index) => (
            <li key={index} style={{ paddingInlineStart: `${depth * 16}px` }}>
              <span className={styles.name}>{name}</span>{" "}
              <span className={styles.muted}>
                {type}
                {isOptional && `, ${t("parquet.optional")}`}
              </span>
            </li>
          ))}
        </ul>
      </details>
      {columns.length < topFields && (
        <p className={styles.facts}>
          {t("parquet.cut", { shown: columns.length, count: topFields })}
        </p>
      )}
      {rows.length > 0 && columns.length > 0 && (
        <Grid
          label={t("preview.table")}
          rows={rows}
          rowKey={rowKey}
          rowName={({ cells }) => cellText(cells[columns[0] ?? ""])}
          columns={shown}
          isComplete={rows.length >= rowCount}
        />
      )}
    </div>
  );
}

/** As wide as what stands in the first rows; numbers at the end of their column. */
function gridColumn(name: string, rows: readonly Row[]): Column<Row> {
  const first = rows.slice(0, LOOKED_AT_ROWS).map(({ cells }) => cells[name]);
  const longest = Math.max(name.length, ...first.map((value) => cellText(value).length));
  const track = `minmax(${Math.min(WIDEST_CH, longest) + PADDING_CH}ch, 1fr)`;
  return {
    id: name,
    header: name,
    width: track,
    narrow: track,
    isNumeric: first.every((value) => typeof value === "number" || typeof value === "bigint"),
    cell: ({ cells }) => cellText(cells[name]),
  };
}
