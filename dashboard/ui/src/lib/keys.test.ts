import { describe, expect, it } from "vitest";
import { baseName, fileKind, parentPrefix, visibleName } from "./keys";

it.each([
  ["a/b/c.txt", "c.txt"],
  ["a/b/", "b"],
  ["a//", ""],
  ["c", "c"],
])("names %s as %s", (key, name) => {
  expect(baseName(key)).toBe(name);
});

it.each([
  ["a/b/", "a/"],
  ["a/", ""],
  ["a//", "a/"],
  ["/", ""],
  ["", ""],
])("goes up from %s to %s", (prefix, parent) => {
  expect(parentPrefix(prefix)).toBe(parent);
});

describe("visibleName", () => {
  it("shows control characters, bidi overrides and blanks at the ends", () => {
    expect(visibleName("a\tb")).toBe("a␉b");
    expect(visibleName("x\u202egpj.exe")).toBe("x�gpj.exe");
    expect(visibleName(" two  ")).toBe("␣two␣␣");
  });

  it("leaves ordinary names alone", () => {
    expect(visibleName("Größe & Maß 🚢.md")).toBe("Größe & Maß 🚢.md");
  });
});

it.each([
  ["photo.JPG", "", "image"],
  ["data.csv", "application/octet-stream", "csv"],
  ["noextension", "text/plain; charset=utf-8", "text"],
  ["noextension", "application/json", "json"],
  ["README.md", "application/octet-stream", "markdown"],
  ["part-0.parquet", "", "parquet"],
  ["thing.bin", "application/octet-stream", "other"],
])("takes %s of type %s for %s", (key, type, kind) => {
  expect(fileKind(key, type)).toBe(kind);
});
