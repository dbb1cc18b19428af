import { useMemo, useState } from "react";
import type { Source } from "../../api/source";
import { Button } from "../../components/controls/Button";
import { t } from "../../lib/i18n";
import { parseMarkdown } from "../../lib/markdown/blocks";
import { MarkdownBlocks } from "./MarkdownBlocks";
import styles from "./Markdown.module.css";
import { PreviewFrame } from "./PreviewFrame";
import { TextPreview } from "./TextPreview";
import { useStart } from "./useStart";

interface MarkdownPreviewProps {
  source: Source;
}

/** A Markdown text as it is meant to be read; built from values, never from markup. */
export default function MarkdownPreview({ source }: MarkdownPreviewProps) {
  const [isRaw, setRaw] = useState(false);
  const start = useStart(source);
  const blocks = useMemo(() => parseMarkdown(start.text), [start.text]);
  if (isRaw) return <TextPreview source={source} />;
  return (
    <PreviewFrame
      start={start}
      size={source.size}
      tools={
        <Button kind="quiet" onClick={() => setRaw(true)}>
          {t("preview.raw")}
        </Button>
      }
    >
      <article className={styles.document} tabIndex={0} aria-label={t("markdown.document")}>
        <MarkdownBlocks blocks={blocks} />
      </article>
    </PreviewFrame>
  );
}
