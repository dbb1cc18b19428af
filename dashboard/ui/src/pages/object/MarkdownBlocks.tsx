import { Image } from "lucide-react";
import { createElement } from "react";
import { t } from "../../lib/i18n";
import type { Block, Inline, ListItem } from "../../lib/markdown/nodes";
import styles from "./Markdown.module.css";

/** The page has a heading and the panel has one; those of the document come below. */
const HEADINGS_ABOVE = 2;

/** Blocks as elements. */
export function MarkdownBlocks({ blocks }: { blocks: readonly Block[] }) {
  return blocks.map((block, index) => <OneBlock key={index} block={block} />);
}

function OneBlock({ block }: { block: Block }) {
  switch (block.kind) {
    case "heading": {
      const tag = `h${Math.min(6, block.level + HEADINGS_ABOVE)}`;
      return createElement(tag, { "data-level": block.level }, <Spans spans={block.children} />);
    }
    case "paragraph":
      return (
        <p>
          <Spans spans={block.children} />
        </p>
      );
    case "code":
      return (
        <pre className={styles.code}>
          <code>{block.text}</code>
        </pre>
      );
    case "quote":
      return (
        <blockquote>
          <MarkdownBlocks blocks={block.blocks} />
        </blockquote>
      );
    case "list":
      return <List block={block} />;
    case "table":
      return <Table block={block} />;
    case "rule":
      return <hr />;
  }
}

function List({ block: { start, items } }: { block: Extract<Block, { kind: "list" }> }) {
  const children = items.map((item, index) => <Item key={index} item={item} />);
  return start === null ? <ul>{children}</ul> : <ol start={start}>{children}</ol>;
}

function Item({ item: { isDone, blocks } }: { item: ListItem }) {
  const [first, ...rest] = blocks;
  // A list of single lines is set without the space of paragraphs.
  const isTight = first?.kind === "paragraph";
  return (
    <li data-task={isDone !== null}>
      {isDone !== null && (
        <input
          type="checkbox"
          checked={isDone}
          disabled
          aria-label={isDone ? t("markdown.done") : t("markdown.open")}
        />
      )}
      {isTight ? <Spans spans={first.children} /> : <MarkdownBlocks blocks={blocks.slice(0, 1)} />}
      <MarkdownBlocks blocks={rest} />
    </li>
  );
}

function Table({ block: { align, head, rows } }: { block: Extract<Block, { kind: "table" }> }) {
  return (
    <div className={styles.table} tabIndex={0} role="group" aria-label={t("preview.table")}>
      <table>
        <thead>
          <tr>
            {head.map((spans, index) => (
              <th key={index} data-align={align[index]}>
                <Spans spans={spans} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, number) => (
            <tr key={number}>
              {row.map((spans, index) => (
                <td key={index} data-align={align[index]}>
                  <Spans spans={spans} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Spans({ spans }: { spans: readonly Inline[] }) {
  return spans.map((span, index) => <Span key={index} span={span} />);
}

function Span({ span }: { span: Inline }) {
  switch (span.kind) {
    case "text":
      return span.text;
    case "code":
      return <code>{span.text}</code>;
    case "strong":
      return (
        <strong>
          <Spans spans={span.children} />
        </strong>
      );
    case "emphasis":
      return (
        <em>
          <Spans spans={span.children} />
        </em>
      );
    case "struck":
      return (
        <del>
          <Spans spans={span.children} />
        </del>
      );
    case "link":
      return <Address span={span} />;
    case "image":
      // Never fetched: an address in a document must not tell anybody who reads it.
      return (
        <span className={styles.picture}>
          <Image size={14} aria-hidden /> {span.alt === "" ? t("markdown.picture") : span.alt}
        </span>
      );
    case "break":
      return <br />;
  }
}

/** A link to another site, in a window that knows nothing of ours; other addresses are text. */
function Address({ span: { href, children } }: { span: Extract<Inline, { kind: "link" }> }) {
  if (href === null) return <Spans spans={children} />;
  return (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow" title={href}>
      <Spans spans={children} />
    </a>
  );
}
