import { useVirtualizer } from "@tanstack/react-virtual";
import type { PDFDocumentProxy } from "pdfjs-dist";
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { t } from "../../lib/i18n";
import styles from "./Pdf.module.css";
import { drawPage } from "./drawPage";
import { markFound } from "./pdfSearch";

const GAP_PX = 12;
/** A4 and letter, nearly; what a page takes until it is known. */
const USUAL_RATIO = 1.4;

interface PdfPagesProps {
  document: PDFDocumentProxy;
  zoom: number;
  /** What is marked in them. */
  query: string;
  /** Where to go; a new value goes there again. */
  wanted: { page: number } | null;
}

/** The pages of a document below each other; only those near the window are drawn. */
export function PdfPages({ document, zoom, query, wanted }: PdfPagesProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const width = useWidth(scroller) * zoom;
  const virtualizer = useVirtualizer({
    count: width === 0 ? 0 : document.numPages,
    getScrollElement: () => scroller.current,
    estimateSize: () => width * USUAL_RATIO + GAP_PX,
    overscan: 1,
    useFlushSync: false,
  });
  useLayoutEffect(() => virtualizer.measure(), [virtualizer, width]);
  useEffect(() => {
    if (wanted !== null) virtualizer.scrollToIndex(wanted.page - 1, { align: "start" });
  }, [virtualizer, wanted]);
  return (
    <div
      ref={scroller}
      className={styles.pages}
      tabIndex={0}
      role="group"
      aria-label={t("pdf.document")}
    >
      <div className={styles.sheets} style={{ height: virtualizer.getTotalSize(), width }}>
        {virtualizer.getVirtualItems().map(({ index, start }) => (
          <div
            key={index}
            ref={virtualizer.measureElement}
            data-index={index}
            className={styles.sheet}
            style={{ transform: `translateY(${start}px)` }}
          >
            <Page
              document={document}
              number={index + 1}
              width={width}
              query={query}
              wanted={wanted?.page === index + 1 ? wanted : null}
            />
          </div>
        ))}
      </div>
    </div>
  );
}

interface PageProps {
  document: PDFDocumentProxy;
  number: number;
  width: number;
  query: string;
  /** Given where one wants to see what is found on this page. */
  wanted: object | null;
}

function Page({ document, number, width, query, wanted }: PageProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [height, setHeight] = useState(width * USUAL_RATIO);
  const words = useRef<HTMLDivElement>(null);
  const [drawings, setDrawings] = useState(0);
  useEffect(() => {
    if (canvas.current === null || words.current === null) return;
    return drawPage(document, number, {
      canvas: canvas.current,
      width,
      onHeight: setHeight,
      words: words.current,
      onWords: () => setDrawings((count) => count + 1),
    });
  }, [document, number, width]);
  useEffect(() => {
    if (words.current === null || drawings === 0 || query === "") return;
    const { first, end } = markFound(words.current, query);
    if (wanted !== null) first?.scrollIntoView({ block: "center", inline: "center" });
    return end;
  }, [query, drawings, wanted]);
  return (
    <>
      <canvas
        ref={canvas}
        className={styles.page}
        style={{ width, height }}
        role="img"
        aria-label={t("pdf.page", { number, count: document.numPages })}
      />
      <div ref={words} className={styles.words} />
    </>
  );
}

/** The width inside an element, and again whenever it changes. */
function useWidth(element: React.RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const observed = element.current;
    if (observed === null) return;
    const observer = new ResizeObserver(() => setWidth(observed.clientWidth - 2 * GAP_PX));
    observer.observe(observed);
    return () => observer.disconnect();
  }, [element]);
  return width;
}
