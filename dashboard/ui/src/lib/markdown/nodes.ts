/** What a Markdown text means, as values: nothing in it is markup any more. */

export type Inline =
  | { kind: "text" | "code"; text: string }
  | { kind: "strong" | "emphasis" | "struck"; children: readonly Inline[] }
  /** `href` is null where the address is none that may be followed. */
  | { kind: "link"; href: string | null; children: readonly Inline[] }
  | { kind: "image"; alt: string }
  | { kind: "break" };

export type Align = "start" | "center" | "end";

export interface ListItem {
  /** Null where it is no task. */
  isDone: boolean | null;
  blocks: readonly Block[];
}

export type Block =
  | { kind: "heading"; level: number; children: readonly Inline[] }
  | { kind: "paragraph"; children: readonly Inline[] }
  | { kind: "code"; text: string; language: string }
  | { kind: "quote"; blocks: readonly Block[] }
  | { kind: "list"; start: number | null; items: readonly ListItem[] }
  | {
      kind: "table";
      align: readonly Align[];
      head: readonly (readonly Inline[])[];
      rows: readonly (readonly (readonly Inline[])[])[];
    }
  | { kind: "rule" };

/** Addresses that the text names once and uses by name, lower case. */
export type References = ReadonlyMap<string, string>;
