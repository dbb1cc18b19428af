import { Suspense } from "react";
import type { Place } from "../../api/objects";
import type { ObjectInfo } from "../../api/schema.gen";
import { t } from "../../lib/i18n";
import { fileKind } from "../../lib/keys";
import { ImagePreview } from "./ImagePreview";
import {
  CsvPreview,
  HexPreview,
  JsonPreview,
  MarkdownPreview,
  ParquetPreview,
  PdfPreview,
  ZipPreview,
} from "./lateKinds";
import { MediaPreview } from "./MediaPreview";
import { TextPreview } from "./TextPreview";

const LARGEST_IMAGE_BYTES = 50 * 1024 * 1024;
const LATE = {
  markdown: MarkdownPreview,
  json: JsonPreview,
  csv: CsvPreview,
  parquet: ParquetPreview,
  pdf: PdfPreview,
  archive: ZipPreview,
};
const LISTED_ARCHIVE = /\.(zip|jar|docx|xlsx|pptx|epub)$/i;

interface PreviewProps {
  place: Place;
  info: ObjectInfo;
}

/** Shows an object without ever framing or running it: text nodes, `<img>` and canvas only. */
export function Preview({ place, info }: PreviewProps) {
  const kind = fileKind(info.key, info.content_type);
  if (kind === "image" && info.size <= LARGEST_IMAGE_BYTES) {
    return <ImagePreview place={place} info={info} />;
  }
  if (kind === "text") return <TextPreview place={place} info={info} />;
  if (kind === "audio" || kind === "video") {
    return <MediaPreview place={place} info={info} kind={kind} />;
  }
  const isKnown = kind in LATE && (kind !== "archive" || LISTED_ARCHIVE.test(info.key));
  const Kind = isKnown ? LATE[kind as keyof typeof LATE] : HexPreview;
  return (
    <Suspense fallback={<p className="visually-hidden">{t("state.loading")}</p>}>
      <Kind place={place} info={info} />
    </Suspense>
  );
}
