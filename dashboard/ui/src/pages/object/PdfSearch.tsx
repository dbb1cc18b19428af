import type { PDFDocumentProxy } from "pdfjs-dist";
import { ChevronDown, ChevronUp } from "lucide-react";
import { useEffect, useState } from "react";
import { IconButton } from "../../components/controls/Button";
import { FilterField } from "../../components/controls/FilterField";
import { t } from "../../lib/i18n";
import styles from "./Pdf.module.css";
import { countIn, textOfPage } from "./pdfSearch";

interface PdfSearchProps {
  document: PDFDocumentProxy;
  query: string;
  onQuery: (query: string) => void;
  onPage: (number: number) => void;
}

/** Finds words in all pages; Enter goes to the next page that has them, with Shift back. */
export function PdfSearch({ document, query, onQuery, onPage }: PdfSearchProps) {
  const { pages, count, isDone } = useFound(document, query);
  const [at, setAt] = useState<{ query: string; place: number } | null>(null);
  const place = at?.query === query ? at.place : -1;
  const go = (step: 1 | -1) => {
    if (pages.length === 0) return;
    const next = place < 0 ? 0 : (place + step + pages.length) % pages.length;
    setAt({ query, place: next });
    onPage(pages[next] ?? 1);
  };
  return (
    <div
      role="search"
      className={styles.search}
      onKeyDown={(event) => {
        if (event.key !== "Enter") return;
        event.preventDefault();
        go(event.shiftKey ? -1 : 1);
      }}
    >
      <FilterField label={t("pdf.find")} value={query} onChange={onQuery} />
      <span role="status" className={styles.found}>
        {query !== "" && (isDone || count > 0) && t("pdf.found", { count, pages: pages.length })}
      </span>
      <IconButton label={t("pdf.previous")} disabled={pages.length === 0} onClick={() => go(-1)}>
        <ChevronUp size={16} aria-hidden />
      </IconButton>
      <IconButton label={t("pdf.next")} disabled={pages.length === 0} onClick={() => go(1)}>
        <ChevronDown size={16} aria-hidden />
      </IconButton>
    </div>
  );
}

interface Found {
  query: string;
  /** The numbers of the pages that have it. */
  pages: readonly number[];
  count: number;
  isDone: boolean;
}

/** Looks through the pages one after the other, for as long as the same is looked for. */
function useFound(document: PDFDocumentProxy, query: string): Found {
  const nothing: Found = { query, pages: [], count: 0, isDone: false };
  const [found, setFound] = useState(nothing);
  useEffect(() => {
    if (query === "") return;
    const stop = new AbortController();
    const look = async () => {
      let so: Found = { query, pages: [], count: 0, isDone: false };
      for (let number = 1; number <= document.numPages; number += 1) {
        const here = countIn(await textOfPage(document, number), query);
        if (stop.signal.aborted) return;
        if (here > 0) so = { ...so, pages: [...so.pages, number], count: so.count + here };
        setFound({ ...so, isDone: number === document.numPages });
      }
    };
    // A page that cannot be read ends the search with what was found before it.
    look().catch(() => setFound((before) => ({ ...before, isDone: true })));
    return () => stop.abort();
  }, [document, query]);
  return found.query === query ? found : nothing;
}
