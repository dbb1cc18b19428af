import { WrapText } from "lucide-react";
import { useState } from "react";
import type { Source } from "../../api/source";
import { Button } from "../../components/controls/Button";
import { Copy } from "../../components/controls/Copy";
import { t } from "../../lib/i18n";
import styles from "./Preview.module.css";
import { PreviewFrame } from "./PreviewFrame";
import { useStart } from "./useStart";

interface TextPreviewProps {
  source: Source;
}

/** Text as text, with line numbers; more of a long file on demand. */
export function TextPreview({ source }: TextPreviewProps) {
  const start = useStart(source);
  const [isWrapped, setWrapped] = useState(true);
  return (
    <PreviewFrame
      start={start}
      size={source.size}
      tools={
        <>
          <Button
            kind="quiet"
            icon={<WrapText size={14} aria-hidden />}
            aria-pressed={isWrapped}
            onClick={() => setWrapped(!isWrapped)}
          >
            {t("preview.wrap")}
          </Button>
          <Copy text={start.text} label={t("preview.copy")} />
        </>
      }
    >
      <Lines text={start.text} isWrapped={isWrapped} />
    </PreviewFrame>
  );
}

/** Numbered lines; browsers skip those out of sight by `content-visibility`. */
function Lines({ text, isWrapped }: { text: string; isWrapped: boolean }) {
  const lines = text.replace(/\r?\n$/, "").split(/\r?\n/);
  return (
    <pre className={styles.text} data-wrap={isWrapped} tabIndex={0} aria-label={t("preview.text")}>
      {lines.map((line, index) => (
        <span key={index} className={styles.line} data-line={index + 1}>
          {line}
          {"\n"}
        </span>
      ))}
    </pre>
  );
}
