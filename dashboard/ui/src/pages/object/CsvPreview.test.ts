import { expect, it } from "vitest";
import { toTable } from "./CsvPreview";

const TEXT = 'id;name\n1;"Lamp; brass"\n2;Rope\n';

it("guesses the delimiter and keeps quoted ones", () => {
  const { columns, rows } = toTable(TEXT, false);

  expect(columns.map(({ header }) => header)).toEqual(["id", "name"]);
  expect(rows.map(({ cells }) => cells)).toEqual([
    ["1", "Lamp; brass"],
    ["2", "Rope"],
  ]);
});

it("aligns columns of numbers as numbers", () => {
  expect(toTable(TEXT, false).columns.map(({ isNumeric }) => isNumeric)).toEqual([true, false]);
});

it("leaves out a last row that the cut may have halved", () => {
  expect(toTable("a,b\n1,2\n3", true).rows).toHaveLength(1);
});
