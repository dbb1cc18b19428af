/** Sizes as people type them. */

const UNITS = ["", "k", "m", "g", "t", "p"];
const SIZE = /^(\d+(?:[.,]\d+)?)\s*([kmgtp]?)(i?b)?$/i;

/** Bytes of `10`, `1.5 GiB` or `20 TB`; nothing typed is 0; null where it is no size. */
export function parseBytes(text: string): number | null {
  const typed = text.trim();
  if (typed === "") return 0;
  const match = SIZE.exec(typed);
  if (match === null) return null;
  const [, number = "", unit = "", ending = ""] = match;
  const base = ending.toLowerCase() === "b" && unit !== "" ? 1000 : 1024;
  const power = UNITS.indexOf(unit.toLowerCase());
  const bytes = Math.round(Number(number.replace(",", ".")) * base ** power);
  return Number.isSafeInteger(bytes) ? bytes : null;
}

/** The shortest text that means exactly so many bytes; 0 is nothing. */
export function typedBytes(bytes: number): string {
  if (bytes === 0) return "";
  let value = bytes;
  let unit = 0;
  while (value % 1024 === 0 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const name = (UNITS[unit] ?? "").toUpperCase();
  return name === "" ? `${value} B` : `${value} ${name}iB`;
}
