import { parse } from "papaparse";
import { useMemo } from "react";
import type { Source } from "../../api/source";
import { Grid } from "../../components/grid/Grid";
import type { Column } from "../../components/grid/types";
import { t } from "../../lib/i18n";
import { PreviewFrame } from "./PreviewFrame";
import { TextPreview } from "./TextPreview";
import { useStart } from "./useStart";

const FIRST_BYTES = 1024 * 1024;

interface CsvPreviewProps {
  source: Source;
}

interface CsvRow {
  number: number;
  cells: readonly string[];
}

/** Comma or tab separated values as a table; the first row names the columns. */
export default function CsvPreview({ source }: CsvPreviewProps) {
  const start = useStart(source, FIRST_BYTES);
  const { columns, rows } = useMemo(
    () => toTable(start.text, start.isCut),
    [start.text, start.isCut],
  );
  if (!start.query.isPending && columns.length < 2) return <TextPreview source={source} />;
  return (
    <PreviewFrame start={start} size={source.size}>
      <Grid
        label={t("preview.table")}
        rows={rows}
        rowKey={rowKey}
        rowName={rowName}
        columns={columns}
        isComplete={!start.isCut}
      />
    </PreviewFrame>
  );
}

const rowKey = (row: CsvRow) => String(row.number);
const rowName = (row: CsvRow) => row.cells[0] ?? "";

/** The delimiter is guessed; a last row that the cut may have halved is left out. */
export function toTable(
  text: string,
  isCut: boolean,
): { columns: Column<CsvRow>[]; rows: CsvRow[] } {
  const parsed = parse<string[]>(text, { skipEmptyLines: true }).data;
  const [head = [], ...body] = isCut ? parsed.slice(0, -1) : parsed;
  const rows = body.map((cells, index) => ({ number: index + 1, cells }));
  const columns = head.map((header, index) => {
    const isNumeric =
      rows.length > 0 && rows.slice(0, 100).every(({ cells }) => isNumber(cells[index]));
    const track = "minmax(96px, 1fr)";
    return {
      id: String(index),
      header: header === "" ? t("preview.column", { number: index + 1 }) : header,
      width: track,
      narrow: track,
      isNumeric,
      cell: (row: CsvRow) => row.cells[index] ?? "",
    };
  });
  return { columns, rows };
}

function isNumber(cell: string | undefined): boolean {
  return cell !== undefined && cell.trim() !== "" && !Number.isNaN(Number(cell));
}
