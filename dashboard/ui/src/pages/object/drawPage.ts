import type { PDFDocumentProxy, RenderTask } from "pdfjs-dist";

/** A page that is larger on screen is drawn with fewer pixels; browsers refuse such canvases. */
const MOST_PIXELS = 16 * 1024 * 1024;
const SHARPEST = 2;

interface Sheet {
  canvas: HTMLCanvasElement;
  /** In pixels of the page, like the height. */
  width: number;
  onHeight: (height: number) => void;
  onText: (text: string) => void;
}

/** Draws a page and tells its height and its words. Answers how to stop that. */
export function drawPage(document: PDFDocumentProxy, number: number, sheet: Sheet): () => void {
  const stop = new AbortController();
  // A page that cannot be drawn stays white; the others are there.
  draw(document, number, { ...sheet, signal: stop.signal }).catch(() => undefined);
  return () => stop.abort();
}

async function draw(
  document: PDFDocumentProxy,
  number: number,
  { canvas, width, onHeight, onText, signal }: Sheet & { signal: AbortSignal },
): Promise<void> {
  const page = await document.getPage(number);
  signal.throwIfAborted();
  const natural = page.getViewport({ scale: 1 });
  const height = (width * natural.height) / natural.width;
  const sharpness = Math.min(devicePixelRatio, SHARPEST, Math.sqrt(MOST_PIXELS / (width * height)));
  const viewport = page.getViewport({ scale: (width / natural.width) * sharpness });
  canvas.width = Math.max(1, Math.floor(viewport.width));
  canvas.height = Math.max(1, Math.floor(viewport.height));
  onHeight(height);
  const task: RenderTask = page.render({ canvas, viewport });
  signal.addEventListener("abort", () => task.cancel());
  const words = page.getTextContent().then(({ items }) => {
    const text = items.map((item) => ("str" in item ? item.str : "")).join(" ");
    if (!signal.aborted) onText(text);
  });
  await Promise.all([task.promise, words]);
}
