import { useState } from "react";
import { inlineUrl, type Place } from "../../api/objects";
import type { ObjectInfo } from "../../api/schema.gen";
import { EmptyState } from "../../components/feedback/EmptyState";
import { t } from "../../lib/i18n";
import { baseName, visibleName } from "../../lib/keys";
import styles from "./Preview.module.css";

interface MediaPreviewProps {
  place: Place;
  info: ObjectInfo;
  kind: "audio" | "video";
}

/** Sound and pictures by the browser's own player, which fetches what it plays. */
export function MediaPreview({ place, info, kind }: MediaPreviewProps) {
  const [hasFailed, setFailed] = useState(false);
  if (hasFailed) return <EmptyState title={t("media.failed")} text={t("preview.damagedText")} />;
  const Player = kind;
  return (
    <div className={styles.image}>
      <Player
        className={styles.media}
        src={inlineUrl(place, info.key)}
        aria-label={visibleName(baseName(info.key))}
        controls
        preload="metadata"
        onError={() => setFailed(true)}
      />
    </div>
  );
}
