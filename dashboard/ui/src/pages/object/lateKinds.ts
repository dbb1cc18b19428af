/** Previews that are loaded, with their texts, when an object of their kind is first shown. */
import { lazy } from "react";
import { lazyPart } from "../../lib/lazyPart";

export const CsvPreview = lazy(() => import("./CsvPreview"));
export const ZipPreview = lazy(() => import("./ZipPreview"));
export const JsonPreview = lazy(() => import("./JsonPreview"));
export const HexPreview = lazyPart("object", () => import("./HexPreview"));
export const MarkdownPreview = lazyPart("object", () => import("./MarkdownPreview"));
export const ParquetPreview = lazyPart("object", () => import("./ParquetPreview"));
export const PdfPreview = lazyPart("object", () => import("./PdfPreview"));
