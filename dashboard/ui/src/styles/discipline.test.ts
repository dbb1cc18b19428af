import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const SRC = join(import.meta.dirname, "..");
const styleSheets = readdirSync(SRC, { recursive: true, encoding: "utf8" }).filter(
  (name) => name.endsWith(".css") && !name.endsWith("tokens.css"),
);

describe.each(styleSheets)("%s", (name) => {
  const css = readFileSync(join(SRC, name), "utf8");

  it("takes colours, type sizes and shadows from the tokens", () => {
    expect(css).not.toMatch(/#[0-9a-f]{3,8}\b/i);
    expect(css).not.toMatch(/\b(rgb|hsl|oklch)a?\(/);
    expect(css).not.toMatch(/font-size:\s*[\d.]+(px|rem)/);
    expect(css).not.toMatch(/box-shadow:(?!\s*(var\(|none|inset 0 (0|1px) 0 1px var|inset))/);
  });

  it("uses logical properties, so that right-to-left needs no rewrite", () => {
    expect(css).not.toMatch(/(margin|padding|border)-(left|right)\b|[^-]\b(left|right):/);
  });
});
