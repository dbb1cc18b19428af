import { type PDFDocumentProxy, type RenderTask, TextLayer } from "pdfjs-dist";

/** A page that is larger on screen is drawn with fewer pixels; browsers refuse such canvases. */
const MOST_PIXELS = 16 * 1024 * 1024;
const SHARPEST = 2;

interface Sheet {
  canvas: HTMLCanvasElement;
  /** In pixels of the page, like the height. */
  width: number;
  onHeight: (height: number) => void;
  /** Where the words are laid over the picture, to be selected, found and read aloud. */
  words: HTMLElement;
  onWords: () => void;
}

/** Draws a page, lays its words over it and tells its height. Answers how to stop that. */
export function drawPage(document: PDFDocumentProxy, number: number, sheet: Sheet): () => void {
  const stop = new AbortController();
  // A page that cannot be drawn stays white; the others are there.
  draw(document, number, { ...sheet, signal: stop.signal }).catch(() => undefined);
  return () => stop.abort();
}

async function draw(
  document: PDFDocumentProxy,
  number: number,
  { canvas, width, onHeight, words, onWords, signal }: Sheet & { signal: AbortSignal },
): Promise<void> {
  const page = await document.getPage(number);
  signal.throwIfAborted();
  const natural = page.getViewport({ scale: 1 });
  const height = (width * natural.height) / natural.width;
  const sharpness = Math.min(devicePixelRatio, SHARPEST, Math.sqrt(MOST_PIXELS / (width * height)));
  const scale = width / natural.width;
  const viewport = page.getViewport({ scale: scale * sharpness });
  canvas.width = Math.max(1, Math.floor(viewport.width));
  canvas.height = Math.max(1, Math.floor(viewport.height));
  onHeight(height);
  const task: RenderTask = page.render({ canvas, viewport });
  // It may be stopped while the words are still awaited, when nobody else listens to it.
  task.promise.catch(() => undefined);
  signal.addEventListener("abort", () => task.cancel());
  const content = await page.getTextContent();
  signal.throwIfAborted();
  words.replaceChildren();
  words.style.setProperty("--total-scale-factor", String(scale));
  const layer = new TextLayer({
    textContentSource: content,
    container: words,
    viewport: page.getViewport({ scale }),
  });
  signal.addEventListener("abort", () => layer.cancel());
  await layer.render();
  if (!signal.aborted) onWords();
  await task.promise;
}
