import { ZoomIn, ZoomOut } from "lucide-react";
import { type SubmitEvent, useState } from "react";
import type { Source } from "../../api/source";
import { Button, IconButton } from "../../components/controls/Button";
import { PasswordField } from "../../components/controls/PasswordField";
import { EmptyState } from "../../components/feedback/EmptyState";
import { ErrorState } from "../../components/feedback/ErrorState";
import { download } from "../../lib/download";
import { t } from "../../lib/i18n";
import styles from "./Pdf.module.css";
import { PdfPages } from "./PdfPages";
import { PdfSearch } from "./PdfSearch";
import preview from "./Preview.module.css";
import { type Pdf, usePdf } from "./usePdf";

const ZOOMS = [1, 1.5, 2, 3] as const;

interface PdfPreviewProps {
  source: Source;
}

/** A PDF as pictures of its pages, with their words over them to select, find and read aloud. */
export default function PdfPreview({ source }: PdfPreviewProps) {
  const { pdf, again } = usePdf(source);
  switch (pdf.kind) {
    case "opening":
      return (
        <p className={preview.loading} role="status">
          {t("state.loading")}
        </p>
      );
    case "unread":
      return <ErrorState error={pdf.error} onRetry={again} />;
    case "damaged":
      return (
        <EmptyState
          title={t("pdf.damaged")}
          text={t("pdf.damagedText")}
          action={
            <Button onClick={() => download(source.downloadUrl)}>{t("action.download")}</Button>
          }
        />
      );
    case "locked":
      return <Unlock key={String(pdf.isWrong)} pdf={pdf} />;
    case "open":
      return <Open document={pdf.document} />;
  }
}

function Open({ document }: Pick<Extract<Pdf, { kind: "open" }>, "document">) {
  const [zoom, setZoom] = useState(0);
  const [query, setQuery] = useState("");
  const [wanted, setWanted] = useState<{ page: number } | null>(null);
  return (
    <div className={preview.frame}>
      <div className={preview.tools}>
        <span className={styles.count}>{t("pdf.pages", { count: document.numPages })}</span>
        <IconButton
          label={t("pdf.smaller")}
          disabled={zoom === 0}
          onClick={() => setZoom(Math.max(0, zoom - 1))}
        >
          <ZoomOut size={16} aria-hidden />
        </IconButton>
        <IconButton
          label={t("pdf.larger")}
          disabled={zoom === ZOOMS.length - 1}
          onClick={() => setZoom(Math.min(ZOOMS.length - 1, zoom + 1))}
        >
          <ZoomIn size={16} aria-hidden />
        </IconButton>
      </div>
      <PdfSearch
        document={document}
        query={query}
        onQuery={setQuery}
        onPage={(page) => setWanted({ page })}
      />
      <PdfPages document={document} zoom={ZOOMS[zoom] ?? 1} query={query} wanted={wanted} />
    </div>
  );
}

function Unlock({ pdf: { isWrong, unlock } }: { pdf: Extract<Pdf, { kind: "locked" }> }) {
  const [password, setPassword] = useState("");
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    unlock(password);
  };
  return (
    <form className={styles.unlock} onSubmit={submit}>
      <p>{t("pdf.locked")}</p>
      <PasswordField
        label={t("pdf.password")}
        autoComplete="off"
        value={password}
        problem={isWrong ? t("pdf.wrong") : undefined}
        onChange={(event) => setPassword(event.target.value)}
      />
      <Button kind="primary" type="submit" disabled={password === ""}>
        {t("pdf.unlock")}
      </Button>
    </form>
  );
}
