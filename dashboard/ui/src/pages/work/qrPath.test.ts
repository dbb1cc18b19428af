import { expect, it } from "vitest";
import { qrPath } from "./qrPath";

it("draws each run of dark modules once", () => {
  const rows = ["##.#", "....", "####"];
  const isDark = (row: number, column: number) => rows[row]?.[column] === "#";

  expect(qrPath(3, (row, column) => isDark(row, column))).toBe("M0 0h2v1h-2zM0 2h3v1h-3z");
});
