import type { ReactNode } from "react";
import { Button } from "../../components/controls/Button";
import { ErrorState } from "../../components/feedback/ErrorState";
import { formatBytes } from "../../lib/format";
import { t } from "../../lib/i18n";
import styles from "./Preview.module.css";
import type { useStartBytes } from "./useStart";

interface PreviewFrameProps {
  start: Pick<ReturnType<typeof useStartBytes>, "query" | "readBytes" | "isCut" | "more">;
  /** Of the whole, in bytes. */
  size: number;
  tools?: ReactNode;
  children: ReactNode;
}

/** What previews of text have in common: tools above, states, and "load more" below. */
export function PreviewFrame({ start, size, tools, children }: PreviewFrameProps) {
  const { query, readBytes, isCut, more } = start;
  if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  if (query.isPending) {
    return (
      <p className={styles.loading} role="status">
        {t("state.loading")}
      </p>
    );
  }
  if (size === 0) return <p className={styles.empty}>{t("preview.empty")}</p>;
  return (
    <div className={styles.frame}>
      <div className={styles.tools}>{tools}</div>
      {children}
      {isCut && (
        <div className={styles.more}>
          {t("preview.shown", { read: formatBytes(readBytes), size: formatBytes(size) })}
          <Button pending={query.isFetching} onClick={more}>
            {t("preview.more")}
          </Button>
        </div>
      )}
    </div>
  );
}
