import { useVirtualizer } from "@tanstack/react-virtual";
import type { PDFDocumentProxy } from "pdfjs-dist";
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { t } from "../../lib/i18n";
import styles from "./Pdf.module.css";
import { drawPage } from "./drawPage";

const GAP_PX = 12;
/** A4 and letter, nearly; what a page takes until it is known. */
const USUAL_RATIO = 1.4;

interface PdfPagesProps {
  document: PDFDocumentProxy;
  zoom: number;
}

/** The pages of a document below each other; only those near the window are drawn. */
export function PdfPages({ document, zoom }: PdfPagesProps) {
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
            <Page document={document} number={index + 1} width={width} />
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
}

function Page({ document, number, width }: PageProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [height, setHeight] = useState(width * USUAL_RATIO);
  const [text, setText] = useState("");
  useEffect(() => {
    if (canvas.current === null) return;
    return drawPage(document, number, {
      canvas: canvas.current,
      width,
      onHeight: setHeight,
      onText: setText,
    });
  }, [document, number, width]);
  return (
    <>
      <canvas
        ref={canvas}
        className={styles.page}
        style={{ width, height }}
        role="img"
        aria-label={t("pdf.page", { number, count: document.numPages })}
      />
      <p className="visually-hidden">{text}</p>
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
