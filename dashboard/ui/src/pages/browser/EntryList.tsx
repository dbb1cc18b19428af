import { FolderOpen } from "lucide-react";
import { type KeyboardEvent, useMemo } from "react";
import type { LevelName } from "../../api/schema.gen";
import { Button } from "../../components/controls/Button";
import { EmptyState } from "../../components/feedback/EmptyState";
import { ErrorState } from "../../components/feedback/ErrorState";
import { Grid } from "../../components/grid/Grid";
import { GridSkeleton } from "../../components/grid/GridSkeleton";
import { t } from "../../lib/i18n";
import { baseName, visibleName } from "../../lib/keys";
import { entryColumns } from "./columns";
import type { Entry } from "./entries";
import type { Browser } from "./useBrowser";

interface EntryListProps {
  browser: Browser;
  can: (level: LevelName) => boolean;
}

const rowKey = (entry: Entry) => entry.key;
const rowName = (entry: Entry) => visibleName(entry.name);

const hasClass = (entry: Entry) =>
  entry.kind === "object" && (entry.storageClass ?? "STANDARD") !== "STANDARD";

/** The rows of one level, in every state they can be in. */
export function EntryList({ browser, can }: EntryListProps) {
  const { listing, entries, loaded, place, prefix, sort, setSort, askToDelete } = browser;
  const canDelete = can("delete");
  const hasClasses = useMemo(() => loaded.some(hasClass), [loaded]);
  const columns = useMemo(
    () =>
      entryColumns({
        place,
        sort,
        setSort,
        hasClasses,
        onDelete: canDelete ? (key) => askToDelete([key]) : null,
      }),
    // The actions are the same for the same place and sort.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [place.backend, place.bucket, prefix, sort, canDelete, loaded, hasClasses],
  );
  if (listing.isPending) return <GridSkeleton columns={columns} />;
  if (listing.isError && loaded.length === 0) {
    return <ErrorState error={listing.error} onRetry={() => void listing.refetch()} />;
  }
  if (loaded.length === 0) return <Nothing prefix={prefix} canWrite={can("write")} />;
  if (entries.length === 0) return <NothingMatches browser={browser} />;
  return (
    <Grid
      key={prefix}
      label={t("browser.grid", { place: prefix === "" ? place.bucket : baseName(prefix) })}
      rows={entries}
      rowKey={rowKey}
      rowName={rowName}
      columns={columns}
      isBusy={listing.isRefetching}
      isComplete={!listing.hasNextPage}
      onNearEnd={listing.isFetchingNextPage ? undefined : () => void listing.fetchNextPage()}
      onOpen={browser.open}
      selection={browser.selection}
      onSelect={browser.select}
      currentKey={browser.object}
      onRowKey={(event, entry) => handleKey(event, { entry, browser, canDelete })}
    />
  );
}

interface KeyFacts {
  entry: Entry;
  browser: Browser;
  canDelete: boolean;
}

function handleKey(event: KeyboardEvent, { entry, browser, canDelete }: KeyFacts): void {
  const { selection } = browser;
  if (event.key === "ArrowRight") browser.open(entry);
  else if (event.key === "ArrowLeft" || event.key === "Backspace") browser.goUp();
  else if (event.key === "ArrowUp" && event.altKey) browser.goUp();
  else if (event.key === "Escape" && selection.keys.size === 0 && browser.object !== undefined) {
    browser.closePanel();
  } else if (event.key === "Delete" && canDelete) {
    browser.askToDelete(selection.keys.has(entry.key) ? [...selection.keys] : [entry.key]);
  } else return;
  event.preventDefault();
}

function Nothing({ prefix, canWrite }: { prefix: string; canWrite: boolean }) {
  return (
    <EmptyState
      icon={<FolderOpen size={28} aria-hidden />}
      title={prefix === "" ? t("browser.emptyBucket") : t("browser.emptyFolder")}
      text={canWrite ? t("browser.emptyHint") : t("browser.emptyReadonly")}
    />
  );
}

function NothingMatches({ browser }: { browser: Browser }) {
  const { listing, filter, loaded } = browser;
  return (
    <EmptyState
      title={t("filter.nothing", { filter })}
      text={t("browser.filteredAmong", { count: loaded.length })}
      action={
        <>
          <Button onClick={() => browser.setFilter("")}>{t("filter.clear")}</Button>
          {listing.hasNextPage && (
            <Button pending={listing.isFetching} onClick={() => void listing.fetchNextPage()}>
              {t("browser.loadMore")}
            </Button>
          )}
        </>
      }
    />
  );
}
