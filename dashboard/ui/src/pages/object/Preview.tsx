import { lazy, Suspense } from "react";
import { downloadUrl, type Place } from "../../api/objects";
import type { ObjectInfo } from "../../api/schema.gen";
import { Button } from "../../components/controls/Button";
import { EmptyState } from "../../components/feedback/EmptyState";
import { download } from "../../lib/download";
import { formatBytes } from "../../lib/format";
import { t } from "../../lib/i18n";
import { fileKind } from "../../lib/keys";
import { ImagePreview } from "./ImagePreview";
import { MediaPreview } from "./MediaPreview";
import { TextPreview } from "./TextPreview";

const CsvPreview = lazy(() => import("./CsvPreview"));
const ZipPreview = lazy(() => import("./ZipPreview"));
const JsonPreview = lazy(() => import("./JsonPreview"));
const LARGEST_IMAGE_BYTES = 50 * 1024 * 1024;

interface PreviewProps {
  place: Place;
  info: ObjectInfo;
}

/** Shows an object without ever framing or running it: text nodes and `<img>` only. */
export function Preview({ place, info }: PreviewProps) {
  const kind = fileKind(info.key, info.content_type);
  if (kind === "image" && info.size <= LARGEST_IMAGE_BYTES) {
    return <ImagePreview place={place} info={info} />;
  }
  if (kind === "text") return <TextPreview place={place} info={info} />;
  if (kind === "audio" || kind === "video") {
    return <MediaPreview place={place} info={info} kind={kind} />;
  }
  const isZip = kind === "archive" && /\.(zip|jar|docx|xlsx|pptx|epub)$/i.test(info.key);
  if (kind === "csv" || kind === "json" || isZip) {
    const Kind = isZip ? ZipPreview : kind === "csv" ? CsvPreview : JsonPreview;
    return (
      <Suspense fallback={<p className="visually-hidden">{t("state.loading")}</p>}>
        <Kind place={place} info={info} />
      </Suspense>
    );
  }
  return (
    <EmptyState
      title={t("preview.none")}
      text={t("preview.noneText", {
        type: info.content_type ?? t("preview.unknownType"),
        size: formatBytes(info.size),
      })}
      action={
        <Button onClick={() => download(downloadUrl(place, info.key))}>
          {t("action.download")}
        </Button>
      }
    />
  );
}
