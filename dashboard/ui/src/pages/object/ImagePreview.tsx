import { useState } from "react";
import { inlineUrl, type Place } from "../../api/objects";
import type { ObjectInfo } from "../../api/schema.gen";
import { Button } from "../../components/controls/Button";
import { EmptyState } from "../../components/feedback/EmptyState";
import { t } from "../../lib/i18n";
import { baseName, visibleName } from "../../lib/keys";
import styles from "./Preview.module.css";

interface ImagePreviewProps {
  place: Place;
  info: ObjectInfo;
}

/** An image through `<img>`, where even an SVG cannot run anything. */
export function ImagePreview({ place, info }: ImagePreviewProps) {
  const [isFitted, setFitted] = useState(true);
  const [size, setSize] = useState<{ width: number; height: number } | null>(null);
  const [hasFailed, setFailed] = useState(false);
  const name = visibleName(baseName(info.key));
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
          src={inlineUrl(place, info.key)}
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
