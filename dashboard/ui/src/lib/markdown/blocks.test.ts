import { describe, expect, it } from "vitest";
import { parseMarkdown } from "./blocks";
import type { Block, Inline } from "./nodes";

const words = (spans: readonly Inline[]): string =>
  spans
    .map((span) => ("text" in span ? span.text : "children" in span ? words(span.children) : ""))
    .join("");

/** Blocks in a short form, one line each, inner ones indented. */
function outline(blocks: readonly Block[], indent = ""): string[] {
  return blocks.flatMap((block): string[] => {
    const line = (text: string) => `${indent}${text}`;
    switch (block.kind) {
      case "heading":
        return [line(`h${block.level} ${words(block.children)}`)];
      case "paragraph":
        return [line(`p ${words(block.children)}`)];
      case "code":
        return [line(`code ${block.language}: ${block.text}`)];
      case "rule":
        return [line("rule")];
      case "quote":
        return [line("quote"), ...outline(block.blocks, `${indent}  `)];
      case "list":
        return block.items.flatMap(({ isDone, blocks: inner }, index) => [
          line(`${block.start === null ? "-" : block.start + index} ${isDone ?? ""}`.trimEnd()),
          ...outline(inner, `${indent}  `),
        ]);
      case "table":
        return [
          line(`| ${block.head.map(words).join(" | ")} | ${block.align.join(" ")}`),
          ...block.rows.map((row) => line(`| ${row.map(words).join(" | ")}`)),
        ];
    }
  });
}

const read = (...lines: string[]) => outline(parseMarkdown(lines.join("\n")));

it("reads headings of both kinds and paragraphs", () => {
  expect(read("# One #", "text", "goes on", "", "Two", "---", "### ", "#none")).toEqual([
    "h1 One",
    "p text\ngoes on",
    "h2 Two",
    "h3 ",
    "p #none",
  ]);
});

it("keeps code as it is, fenced, indented or never closed", () => {
  expect(read("```py", "# no *heading*", "```", "", "    deep", "", "~~~", "open")).toEqual([
    "code py: # no *heading*",
    "code : deep",
    "code : open",
  ]);
});

it("reads lists in lists, numbers, and what is done", () => {
  expect(read("- a", "  - [x] b", "  - [ ] c", "- d", "  goes on", "", "3. e", "4. f")).toEqual([
    "-",
    "  p a",
    "  - true",
    "    p b",
    "  - false",
    "    p c",
    "-",
    "  p d\ngoes on",
    "3",
    "  p e",
    "4",
    "  p f",
  ]);
});

it("ends a list where its text ends", () => {
  expect(read("* a", "", "after")).toEqual(["-", "  p a", "p after"]);
});

it("reads quotes and rules", () => {
  expect(read("> a", "> > b", "", "* * *", "___")).toEqual([
    "quote",
    "  p a",
    "  quote",
    "    p b",
    "rule",
    "rule",
  ]);
});

it("reads tables, fills short rows and cuts long ones", () => {
  expect(read("| a | b |", "|:--|:-:|", "| 1 \\| 2 | x |", "| 3", "| 4 | 5 | 6 |")).toEqual([
    "| a | b | start center",
    "| 1 | 2 | x",
    "| 3 | ",
    "| 4 | 5",
  ]);
  expect(read("a | b", "--|--:")).toEqual(["| a | b | start end"]);
});

it("takes references away and leaves markup as text", () => {
  expect(read("[a]: https://a.example", "<script>alert(1)</script>")).toEqual([
    "p <script>alert(1)</script>",
  ]);
});

describe("whatever the text is", () => {
  it.each([
    ["nothing", ""],
    ["quotes without end", ">".repeat(5000)],
    ["lists without end", "- ".repeat(5000)],
    ["steps", Array.from({ length: 500 }, (_, depth) => `${"  ".repeat(depth)}- a`).join("\n")],
    ["blanks", " ".repeat(100_000)],
    ["a table that is none", "|".repeat(5000)],
  ])("it is read: %s", (_, text) => {
    expect(() => parseMarkdown(text)).not.toThrow();
  });
});
