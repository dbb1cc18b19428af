import { useState } from "react";
import type { Source } from "../../api/source";
import { Button } from "../../components/controls/Button";
import { EmptyState } from "../../components/feedback/EmptyState";
import { t } from "../../lib/i18n";
import { baseName, visibleName } from "../../lib/keys";
import styles from "./Preview.module.css";

interface ImagePreviewProps {
  source: Source;
}

/** An image through `<img>`, where even an SVG cannot run anything. */
export function ImagePreview({ source }: ImagePreviewProps) {
  const [isFitted, setFitted] = useState(true);
  const [size, setSize] = useState<{ width: number; height: number } | null>(null);
  const [hasFailed, setFailed] = useState(false);
  const name = visibleName(baseName(source.name));
  if (hasFailed) return <EmptyState title={t("preview.damaged")} text={t("preview.damagedText")} />;
  return (
    <div className={styles.frame}>
      <div className={styles.tools}>
        {size !== null && (
          <span className={styles.muted}>
            {size.width} × {size.height}
          </span>
        )}
        <Button kind="quiet" aria-pressed={!isFitted} onClick={() => setFitted(!isFitted)}>
          {isFitted ? t("preview.actualSize") : t("preview.fit")}
        </Button>
      </div>
      <div className={styles.image} data-fit={isFitted} tabIndex={isFitted ? undefined : 0}>
        <img
          src={source.inlineUrl}
          alt={t("preview.image", { name })}
          decoding="async"
          onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) =>
            setSize({ width: naturalWidth, height: naturalHeight })
          }
          onError={() => setFailed(true)}
        />
      </div>
    </div>
  );
}
