/** How the PDF library reads an object: by ranges of our client, in its own worker. */
import {
  getDocument,
  GlobalWorkerOptions,
  PDFDataRangeTransport,
  type PDFDocumentLoadingTask,
  VerbosityLevel,
} from "pdfjs-dist";
import workerUrl from "pdfjs-dist/build/pdf.worker.min.mjs?url";
import type { ReadBytes } from "../../api/source";

GlobalWorkerOptions.workerSrc = workerUrl;

/** What one request fetches: some pages of text, or a picture. */
const CHUNK_BYTES = 256 * 1024;
/** Pictures beyond this many pixels are left out rather than held in memory. */
const MOST_PIXELS = 64 * 1024 * 1024;

class ObjectSource extends PDFDataRangeTransport {
  constructor(
    sizeBytes: number,
    start: Uint8Array,
    private readonly read: ReadBytes,
    private readonly onError: (error: unknown) => void,
  ) {
    super(sizeBytes, start);
  }

  override requestDataRange(begin: number, end: number): void {
    this.read(begin, end).then(
      (bytes) => this.onDataRange(begin, new Uint8Array(bytes)),
      (error: unknown) => this.onError(error),
    );
  }
}

/**
 * Begins to open a document. Scripts and forms in it do nothing, nothing of it is compiled, and
 * only what is looked at is fetched.
 *
 * `onError` is called when bytes could not be read, which the library itself cannot be told.
 */
export async function openPdf(
  sizeBytes: number,
  read: ReadBytes,
  onError: (error: unknown) => void,
): Promise<PDFDocumentLoadingTask> {
  const start = new Uint8Array(await read(0, Math.min(sizeBytes, CHUNK_BYTES)));
  return getDocument({
    range: new ObjectSource(sizeBytes, start, read, onError),
    rangeChunkSize: CHUNK_BYTES,
    disableAutoFetch: true,
    disableStream: true,
    enableXfa: false,
    isEvalSupported: false,
    useWasm: false,
    maxImageSize: MOST_PIXELS,
    // What is wrong with a document is told by what is shown of it.
    verbosity: VerbosityLevel.ERRORS,
  });
}
