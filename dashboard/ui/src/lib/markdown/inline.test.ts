import { expect, it } from "vitest";
import { parseInline } from "./inline";
import type { Inline } from "./nodes";

const REFERENCES = new Map([["docs", "https://docs.example.org/"]]);

/** Spans in a short form: `strong(a)`, `link:https://a.example/(b)`. */
function show(spans: readonly Inline[]): string {
  return spans
    .map((span) => {
      switch (span.kind) {
        case "text":
          return span.text;
        case "code":
          return `code(${span.text})`;
        case "image":
          return `image(${span.alt})`;
        case "break":
          return "|";
        case "link":
          return `link:${span.href ?? "none"}(${show(span.children)})`;
        case "strong":
        case "emphasis":
        case "struck":
          return `${span.kind}(${show(span.children)})`;
      }
    })
    .join("");
}

it.each([
  ["plain & <b>markup</b>", "plain & <b>markup</b>"],
  ["**strong** and *soft*", "strong(strong) and emphasis(soft)"],
  ["__strong__ and _soft_", "strong(strong) and emphasis(soft)"],
  ["**a *b* c**", "strong(a emphasis(b) c)"],
  ["~~gone~~", "struck(gone)"],
  ["snake_case_name and 2*3*4", "snake_case_name and 2emphasis(3)4"],
  ["2 * 3 * 4", "2 * 3 * 4"],
  ["`a * b` and ``c ` d``", "code(a * b) and code(c ` d)"],
  ["\\*not\\* soft", "*not* soft"],
  ["end  \nnext\nsame", "end  |next\nsame"],
  ["[site](https://a.example/x)", "link:https://a.example/x(site)"],
  ['[site](<https://a.example> "title")', "link:https://a.example/(site)"],
  [
    "[the **docs**][docs], [Docs]",
    "link:https://docs.example.org/(the strong(docs)), link:https://docs.example.org/(Docs)",
  ],
  ["[no link] at all", "[no link] at all"],
  ["![a cat](https://evil.example/cat.png)", "image(a cat)"],
  ["[![badge](x.svg)](https://ci.example)", "link:https://ci.example/(image(badge))"],
  ["<https://a.example> <b>", "link:https://a.example/(https://a.example) <b>"],
  ["[https://a.example](https://b.example)", "link:https://b.example/(https://a.example)"],
  ["[click](javascript:alert(1))", "link:none(click)"],
  ["see https://a.example/b.", "see link:https://a.example/b(https://a.example/b)."],
])("reads %s", (text, expected) => {
  expect(show(parseInline(text, REFERENCES))).toBe(expected);
});

it.each(["*a ", "[", "`", "~~a ", "h", "<"])("keeps what only begins, %s, as text", (beginning) => {
  const text = beginning.repeat(10_000);

  expect(show(parseInline(text, REFERENCES))).toBe(text);
});

it("leaves spans as text that are nested deeper than anybody writes", () => {
  const text = `${"**a _b ".repeat(20)}${"_ **".repeat(20)}`;

  expect(() => parseInline(text, REFERENCES)).not.toThrow();
});
