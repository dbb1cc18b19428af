import type { PDFDocumentLoadingTask, PDFDocumentProxy } from "pdfjs-dist";
import { PasswordResponses } from "pdfjs-dist";
import { useEffect, useState } from "react";
import { byteReader, type Source } from "../../api/source";
import { openPdf } from "./pdfSource";

export type Pdf =
  | { kind: "opening" }
  | { kind: "locked"; isWrong: boolean; unlock: (password: string) => void }
  | { kind: "open"; document: PDFDocumentProxy }
  /** The bytes could not be read. */
  | { kind: "unread"; error: unknown }
  /** They are no PDF that can be shown. */
  | { kind: "damaged" };

/** A document while it is looked at; left, its worker ends. `again` opens it anew. */
export function usePdf(source: Source) {
  const [pdf, setPdf] = useState<Pdf>({ kind: "opening" });
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    const stop = new AbortController();
    const show = (next: Pdf) => {
      if (!stop.signal.aborted) setPdf(next);
    };
    const opened = open(source, { signal: stop.signal, show });
    return () => {
      stop.abort();
      void opened.then((task) => task?.destroy());
    };
  }, [source, attempt]);
  const again = () => {
    setPdf({ kind: "opening" });
    setAttempt(attempt + 1);
  };
  return { pdf, again };
}

interface Opening {
  signal: AbortSignal;
  show: (pdf: Pdf) => void;
}

async function open(
  source: Source,
  { signal, show }: Opening,
): Promise<PDFDocumentLoadingTask | null> {
  const onError = (error: unknown) => show({ kind: "unread", error });
  const task = await openPdf(source.size, byteReader(source, signal), onError).catch(
    (error: unknown) => {
      onError(error);
      return null;
    },
  );
  if (task === null) return null;
  task.onPassword = (unlock: (password: string) => void, reason: number) => {
    show({ kind: "locked", isWrong: reason === PasswordResponses.INCORRECT_PASSWORD, unlock });
  };
  task.promise.then(
    (document) => show({ kind: "open", document }),
    () => show({ kind: "damaged" }),
  );
  return task;
}
