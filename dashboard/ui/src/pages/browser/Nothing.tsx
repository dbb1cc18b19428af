import { FolderOpen } from "lucide-react";
import { Button } from "../../components/controls/Button";
import { EmptyState } from "../../components/feedback/EmptyState";
import { t } from "../../lib/i18n";
import type { Browser } from "./useBrowser";

/** Where a bucket or folder is empty. */
export function Nothing({ prefix, canWrite }: { prefix: string; canWrite: boolean }) {
  return (
    <EmptyState
      icon={<FolderOpen size={28} aria-hidden />}
      title={prefix === "" ? t("browser.emptyBucket") : t("browser.emptyFolder")}
      text={canWrite ? t("browser.emptyHint") : t("browser.emptyReadonly")}
    />
  );
}

/** Where the filter leaves nothing. */
export function NothingMatches({ browser }: { browser: Browser }) {
  const { source, filter, loaded } = browser;
  return (
    <EmptyState
      title={t("filter.nothing", { filter })}
      text={t("browser.filteredAmong", { count: loaded.length })}
      action={
        <>
          <Button onClick={() => browser.setFilter("")}>{t("filter.clear")}</Button>
          {source.hasNextPage && (
            <Button pending={source.isFetching} onClick={() => void source.fetchNextPage()}>
              {t("browser.loadMore")}
            </Button>
          )}
        </>
      }
    />
  );
}
