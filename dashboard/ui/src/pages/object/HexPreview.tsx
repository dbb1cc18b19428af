import { useMemo } from "react";
import type { Source } from "../../api/source";
import { hexRows, looksLikeText } from "../../lib/hex";
import { t } from "../../lib/i18n";
import styles from "./Preview.module.css";
import { PreviewFrame } from "./PreviewFrame";
import { TextPreview } from "./TextPreview";
import { useStartBytes } from "./useStart";

const FIRST_BYTES = 4096;

interface HexPreviewProps {
  source: Source;
}

/** What has no preview of its own: as text if it reads like one, else byte by byte. */
export default function HexPreview({ source }: HexPreviewProps) {
  const start = useStartBytes(source, FIRST_BYTES);
  const isText = useMemo(() => looksLikeText(start.bytes.subarray(0, FIRST_BYTES)), [start.bytes]);
  if (isText) return <TextPreview source={source} />;
  return (
    <PreviewFrame
      start={start}
      size={source.size}
      tools={<span className={styles.muted}>{source.contentType ?? t("preview.unknownType")}</span>}
    >
      <Bytes bytes={start.bytes} />
    </PreviewFrame>
  );
}

function Bytes({ bytes }: { bytes: Uint8Array }) {
  // As many in a row as the panel has room for; it does not change while it is looked at.
  const perRow = useMemo(() => (matchMedia("(min-width: 1400px)").matches ? 16 : 8), []);
  const rows = useMemo(() => hexRows(bytes, perRow), [bytes, perRow]);
  return (
    <pre className={styles.hex} tabIndex={0} aria-label={t("hex.bytes")}>
      {rows.map(({ offset, hex, text }) => (
        <span key={offset} className={styles.hexRow}>
          <span className={styles.muted}>{offset.toString(16).padStart(4, "0")}</span>
          {`  ${hex}  `}
          <span className={styles.value}>{text}</span>
          {"\n"}
        </span>
      ))}
    </pre>
  );
}
