import { useState } from "react";
import type { Source } from "../../api/source";
import { EmptyState } from "../../components/feedback/EmptyState";
import { t } from "../../lib/i18n";
import { baseName, visibleName } from "../../lib/keys";
import styles from "./Preview.module.css";

interface MediaPreviewProps {
  source: Source;
  kind: "audio" | "video";
}

/** Sound and pictures by the browser's own player, which fetches what it plays. */
export function MediaPreview({ source, kind }: MediaPreviewProps) {
  const [hasFailed, setFailed] = useState(false);
  if (hasFailed) return <EmptyState title={t("media.failed")} text={t("preview.damagedText")} />;
  const Player = kind;
  return (
    <div className={styles.image}>
      <Player
        className={styles.media}
        src={source.inlineUrl}
        aria-label={visibleName(baseName(source.name))}
        controls
        preload="metadata"
        onError={() => setFailed(true)}
      />
    </div>
  );
}
