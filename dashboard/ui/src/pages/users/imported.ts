/** What became of the lines of a file, in numbers. */
import type { ImportedLine } from "../../api/schema.gen";

export function summary(rows: readonly Pick<ImportedLine, "action">[]) {
  const count = (action: ImportedLine["action"]) =>
    rows.filter((row) => row.action === action).length;
  return {
    created: count("create"),
    changed: count("update"),
    kept: count("keep"),
    refused: count("refuse"),
  };
}
