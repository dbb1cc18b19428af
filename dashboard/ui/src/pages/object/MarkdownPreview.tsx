import { useMemo, useState } from "react";
import type { Place } from "../../api/objects";
import type { ObjectInfo } from "../../api/schema.gen";
import { Button } from "../../components/controls/Button";
import { t } from "../../lib/i18n";
import { parseMarkdown } from "../../lib/markdown/blocks";
import { MarkdownBlocks } from "./MarkdownBlocks";
import styles from "./Markdown.module.css";
import { PreviewFrame } from "./PreviewFrame";
import { TextPreview } from "./TextPreview";
import { useStart } from "./useStart";

interface MarkdownPreviewProps {
  place: Place;
  info: ObjectInfo;
}

/** A Markdown text as it is meant to be read; built from values, never from markup. */
export default function MarkdownPreview({ place, info }: MarkdownPreviewProps) {
  const [isRaw, setRaw] = useState(false);
  const start = useStart(place, info);
  const blocks = useMemo(() => parseMarkdown(start.text), [start.text]);
  if (isRaw) return <TextPreview place={place} info={info} />;
  return (
    <PreviewFrame
      start={start}
      info={info}
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
