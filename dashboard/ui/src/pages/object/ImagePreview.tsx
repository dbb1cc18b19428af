import { RotateCw, ZoomIn, ZoomOut } from "lucide-react";
import { type CSSProperties, type KeyboardEvent, useRef, useState } from "react";
import type { Source } from "../../api/source";
import { Button, IconButton } from "../../components/controls/Button";
import { EmptyState } from "../../components/feedback/EmptyState";
import { formatNumber } from "../../lib/format";
import { t } from "../../lib/i18n";
import { baseName, visibleName } from "../../lib/keys";
import { FITTED, type ImageView, turned, zoomed } from "./imageView";
import styles from "./Preview.module.css";

interface ImagePreviewProps {
  source: Source;
}

interface Size {
  width: number;
  height: number;
}

/** An image through `<img>`, where even an SVG cannot run anything; nearer, further, turned. */
export function ImagePreview({ source }: ImagePreviewProps) {
  const image = useRef<HTMLImageElement>(null);
  const [view, setView] = useState<ImageView>(FITTED);
  const [size, setSize] = useState<Size | null>(null);
  const [hasFailed, setFailed] = useState(false);
  const name = visibleName(baseName(source.name));
  const isFitted = view.zoom === null;
  const step = (direction: 1 | -1) => setView(zoomed(view, direction, fittedZoom(image.current)));
  const turn = () => setView(turned(view));
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "+" || event.key === "=") step(1);
    else if (event.key === "-") step(-1);
    else if (event.key === "0") setView({ ...view, zoom: null });
    else if (event.key === "r") turn();
    else return;
    event.preventDefault();
  };
  if (hasFailed) return <EmptyState title={t("preview.damaged")} text={t("preview.damagedText")} />;
  return (
    <div className={styles.frame} onKeyDown={onKeyDown}>
      <div className={styles.tools}>
        {size !== null && (
          <span className={styles.muted}>
            {size.width} × {size.height}
            {view.zoom !== null && <> · {formatNumber(view.zoom * 100)} %</>}
          </span>
        )}
        <IconButton label={t("image.further")} onClick={() => step(-1)}>
          <ZoomOut size={16} aria-hidden />
        </IconButton>
        <IconButton label={t("image.nearer")} onClick={() => step(1)}>
          <ZoomIn size={16} aria-hidden />
        </IconButton>
        <IconButton label={t("image.turn")} onClick={turn}>
          <RotateCw size={16} aria-hidden />
        </IconButton>
        <Button
          kind="quiet"
          aria-pressed={!isFitted}
          onClick={() => setView({ ...view, zoom: isFitted ? 1 : null })}
        >
          {isFitted ? t("preview.actualSize") : t("preview.fit")}
        </Button>
      </div>
      <div
        className={styles.image}
        data-fit={isFitted}
        data-turns={view.turns}
        role="group"
        aria-label={t("image.frame")}
        tabIndex={0}
      >
        <img
          ref={image}
          src={source.inlineUrl}
          alt={t("preview.image", { name })}
          decoding="async"
          style={drawn(view, size)}
          onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) =>
            setSize({ width: naturalWidth, height: naturalHeight })
          }
          onError={() => setFailed(true)}
        />
      </div>
    </div>
  );
}

/** Times its own size that the image has now. */
function fittedZoom(image: HTMLImageElement | null): number {
  return image === null || image.naturalWidth === 0 ? 1 : image.width / image.naturalWidth;
}

/** A turned image moves aside by what it is longer than wide, so that it can be scrolled to. */
function drawn({ zoom, turns }: ImageView, size: Size | null): CSSProperties {
  const turn = turns === 0 ? {} : { rotate: `${String(turns * 90)}deg` };
  if (zoom === null || size === null) return turn;
  const [width, height] = [size.width * zoom, size.height * zoom];
  const aside = turns % 2 === 1 ? (height - width) / 2 : 0;
  return { ...turn, width, height, marginInline: aside, marginBlock: -aside };
}
