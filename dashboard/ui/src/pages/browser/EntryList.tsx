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
import { useLatest } from "../../lib/useLatest";
import { entryColumns } from "./columns";
import type { Entry } from "./entries";
import { rowActions } from "./rowActions";
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
  const { listing, entries, loaded, place, prefix, sort } = browser;
  const hasClasses = useMemo(() => loaded.some(hasClass), [loaded]);
  const actions = useLatest((entry: Entry) => rowActions(entry, browser, can));
  const setSort = useLatest(browser.setSort);
  const columns = useMemo(
    () => entryColumns({ sort, setSort, hasClasses, actions }),
    [sort, setSort, hasClasses, actions],
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
      onRowKey={(event, entry) => handleKey(event, { entry, browser, can })}
    />
  );
}

interface KeyFacts {
  entry: Entry;
  browser: Browser;
  can: (level: LevelName) => boolean;
}

function handleKey(event: KeyboardEvent, facts: KeyFacts): void {
  if (event.ctrlKey || event.metaKey) return;
  const isDone = event.altKey ? goUp(event, facts) : move(event, facts) || act(event, facts);
  if (isDone) event.preventDefault();
}

function goUp(event: KeyboardEvent, { browser }: KeyFacts): boolean {
  if (event.key !== "ArrowUp") return false;
  browser.goUp();
  return true;
}

function move(event: KeyboardEvent, { entry, browser }: KeyFacts): boolean {
  if (event.key === "ArrowRight") browser.open(entry);
  else if (event.key === "ArrowLeft" || event.key === "Backspace") browser.goUp();
  else if (
    event.key === "Escape" &&
    browser.selection.keys.size === 0 &&
    browser.object !== undefined
  ) {
    browser.closePanel();
  } else return false;
  return true;
}

/** Keys that do something to the row, or to all that is selected if the row is among it. */
function act(event: KeyboardEvent, { entry, browser, can }: KeyFacts): boolean {
  const { selection } = browser;
  const keys = selection.keys.has(entry.key) ? [...selection.keys] : [entry.key];
  const offered = rowActions(entry, browser, can).map(({ id }) => id);
  if (event.key === "Delete" && offered.includes("delete")) browser.askToDelete(keys);
  else if (event.key === "F2" && offered.includes("rename")) browser.askForOne("rename", entry.key);
  else if (event.key === "F6" && event.shiftKey && offered.includes("move"))
    browser.ask("move", keys);
  else return false;
  return true;
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
