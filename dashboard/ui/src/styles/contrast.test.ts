import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const TOKENS = readFileSync(`${import.meta.dirname}/tokens.css`, "utf8");
const PAIR = /--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);/g;
const SURFACES = ["bg", "surface", "sunken", "hover", "selected", "selected-hover"];
const TEXTS = ["fg", "fg-muted", "fg-subtle", "link"];
const STATUSES = ["ok", "warn", "err", "info"];
const CHARTS = ["c1", "c2", "c3", "c4", "c5", "c6"];

type Theme = Map<string, string>;

function readThemes(): [Theme, Theme] {
  const found = [...TOKENS.matchAll(PAIR)];
  const theme = (side: 2 | 3): Theme =>
    new Map(found.map((match) => [match[1] ?? "", match[side] ?? ""]));
  return [theme(2), theme(3)];
}

/** Relative luminance as WCAG 2.2 defines it. */
function luminance(hex: string): number {
  const channels = [1, 3, 5].map((start) => {
    const value = parseInt(hex.slice(start, start + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * (channels[0] ?? 0) + 0.7152 * (channels[1] ?? 0) + 0.0722 * (channels[2] ?? 0);
}

function contrast(theme: Theme, front: string, back: string): number {
  const [a, b] = [front, back].map((name) => {
    const hex = theme.get(name);
    if (hex === undefined) throw new Error(`no token --${name}`);
    return luminance(hex);
  }) as [number, number];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

const [light, dark] = readThemes();

describe.each([
  ["light", light],
  ["dark", dark],
])("the %s theme", (_name, theme) => {
  it.each(TEXTS.flatMap((text) => SURFACES.map((surface) => [text, surface] as const)))(
    "keeps %s readable on %s",
    (text, surface) => {
      expect(contrast(theme, text, surface)).toBeGreaterThanOrEqual(4.5);
    },
  );

  it.each(STATUSES)("keeps %s readable on its own tint and on the surface", (status) => {
    expect(contrast(theme, status, `${status}-bg`)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(theme, status, "surface")).toBeGreaterThanOrEqual(4.5);
  });

  it.each(SURFACES)("shows control borders and the focus ring on %s", (surface) => {
    expect(contrast(theme, "border-strong", surface)).toBeGreaterThanOrEqual(3);
    expect(contrast(theme, "focus", surface)).toBeGreaterThanOrEqual(3);
  });

  it("keeps button texts readable", () => {
    expect(contrast(theme, "accent-fg", "accent")).toBeGreaterThanOrEqual(4.5);
    expect(contrast(theme, "accent-fg", "accent-hover")).toBeGreaterThanOrEqual(4.5);
    expect(contrast(theme, "err-solid-fg", "err-solid")).toBeGreaterThanOrEqual(4.5);
  });

  it.each(CHARTS)("keeps chart colour %s visible", (series) => {
    expect(contrast(theme, series, "surface")).toBeGreaterThanOrEqual(4.5);
  });
});
