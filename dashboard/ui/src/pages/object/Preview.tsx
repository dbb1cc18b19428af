import { Suspense } from "react";
import type { Source } from "../../api/source";
import { t } from "../../lib/i18n";
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
import { sourceKind } from "./sourceKind";
import { TextPreview } from "./TextPreview";

const LATE = {
  markdown: MarkdownPreview,
  json: JsonPreview,
  csv: CsvPreview,
  parquet: ParquetPreview,
  pdf: PdfPreview,
  archive: ZipPreview,
  other: HexPreview,
};

/** Shows an object without ever framing or running it: text nodes, `<img>` and canvas only. */
export function Preview({ source }: { source: Source }) {
  const kind = sourceKind(source);
  if (kind === "image") return <ImagePreview source={source} />;
  if (kind === "text") return <TextPreview source={source} />;
  if (kind === "audio" || kind === "video") return <MediaPreview source={source} kind={kind} />;
  const Kind = LATE[kind];
  return (
    <Suspense fallback={<p className="visually-hidden">{t("state.loading")}</p>}>
      <Kind source={source} />
    </Suspense>
  );
}
