import { type KeyboardEvent, Suspense, useEffect, useMemo, useState } from "react";
import type { LevelName } from "../../api/schema.gen";
import { ErrorState } from "../../components/feedback/ErrorState";
import { Grid } from "../../components/grid/Grid";
import type { Point } from "../../components/grid/rowMenu";
import { GridSkeleton } from "../../components/grid/GridSkeleton";
import { t } from "../../lib/i18n";
import { baseName, visibleName } from "../../lib/keys";
import { lazyPart } from "../../lib/lazyPart";
import {
  carryFocus,
  keepPosition,
  recallPosition,
  takeExpectedRow,
  takeFocus,
} from "../../lib/positions";
import { selectOnly } from "../../lib/selection";
import { undoLast } from "../../lib/toasts";
import { useLatest } from "../../lib/useLatest";
import { type ColumnFacts, entryColumns } from "./columns";
import { type Entry, isGhost } from "./entries";
import { Nothing, NothingMatches } from "./Nothing";
import { paste } from "./paste";
import { actionOfKey, loadActions } from "./rowKeys";
import type { Browser } from "./useBrowser";
import { useDragging } from "./useDragging";

const RowContextMenu = lazyPart("work", () => import("../work/RowContextMenu"));
const RenameField = lazyPart("work", () => import("../work/RenameField"));

interface EntryListProps {
  browser: Browser;
  can: (level: LevelName) => boolean;
  /** Whether it is known what may be done; a row takes no key or click before. */
  isReady: boolean;
}

const rowKey = (entry: Entry) => entry.key;
const rowName = (entry: Entry) => visibleName(entry.name);

const hasClass = (entry: Entry) =>
  entry.kind === "object" && (entry.storageClass ?? "STANDARD") !== "STANDARD";

/** The rows of one level, in every state they can be in. */
export function EntryList({ browser, can, isReady }: EntryListProps) {
  const { listing, source, entries, loaded, place, prefix, sort, visit } = browser;
  const hasClasses = useMemo(() => loaded.some(hasClass), [loaded]);
  const actions = useLatest(async (entry: Entry) => {
    return (await loadActions()).rowActions(entry, browser, can);
  });
  const setSort = useLatest(browser.setSort);
  const renaming = useRenaming(browser);
  const columns = useMemo(
    () => entryColumns({ sort, setSort, hasClasses, actions, renaming }),
    [sort, setSort, hasClasses, actions, renaming],
  );
  const [menu, openMenu, setMenu] = useMenu(browser, can);
  useDragging(browser, can);
  useFocusWithoutList(!listing.isPending && entries.length === 0);
  if (listing.isPending || !isReady) return <GridSkeleton columns={columns} />;
  if (listing.isError && loaded.length === 0) {
    return <ErrorState error={listing.error} onRetry={() => void listing.refetch()} />;
  }
  if (loaded.length === 0) return <Nothing prefix={prefix} canWrite={can("write")} />;
  if (entries.length === 0 && source.isFetching) return <GridSkeleton columns={columns} />;
  if (entries.length === 0) return <NothingMatches browser={browser} />;
  return (
    <>
      <Grid
        key={`${visit.step} ${prefix}`}
        label={t("browser.grid", { place: prefix === "" ? place.bucket : baseName(prefix) })}
        rows={entries}
        rowKey={rowKey}
        rowName={rowName}
        columns={columns}
        isBusy={source.isFetching && !source.isFetchingNextPage}
        isComplete={!source.hasNextPage}
        onNearEnd={source.isFetchingNextPage ? undefined : () => void source.fetchNextPage()}
        onOpen={browser.open}
        selection={browser.selection}
        onSelect={browser.select}
        currentKey={browser.object}
        moved={browser.moved}
        onArrive={() => {
          const { scrollTop, focusedKey } = recallPosition(visit.step, visit.shown);
          const expected = takeExpectedRow();
          return { scrollTop, focusedKey: expected ?? focusedKey, takesFocus: takeFocus() };
        }}
        onLeave={({ hadFocus, ...position }) => {
          keepPosition(visit.step, visit.shown, position);
          carryFocus(hadFocus);
        }}
        onRowMenu={openMenu}
        onRowKey={(event, entry) => handleKey(event, { entry, browser, can })}
      />
      <Suspense>
        {menu !== null && <RowContextMenu {...menu} onClose={() => setMenu(null)} />}
      </Suspense>
    </>
  );
}

type OpenMenu = ReturnType<Awaited<ReturnType<typeof loadActions>>["menuFor"]> & { at: Point };

/** The menu that was called for on a row, which is selected then. */
function useMenu(browser: Browser, can: (level: LevelName) => boolean) {
  const [menu, setMenu] = useState<OpenMenu | null>(null);
  const open = useLatest((entry: Entry, at: Point) => {
    if (!browser.selection.keys.has(entry.key)) browser.select(selectOnly(entry.key));
    void loadActions().then(({ menuFor }) => setMenu({ at, ...menuFor(entry, browser, can) }));
  });
  return [menu, open, setMenu] as const;
}

/** The field in the row that gets another name. */
function useRenaming(browser: Browser): ColumnFacts["renaming"] {
  const { dialog, loaded, place } = browser;
  const { backend, bucket } = place;
  const latest = useLatest(() => browser);
  const key = dialog?.kind === "rename" ? dialog.key : null;
  return useMemo(() => {
    if (key === null) return null;
    const field = (
      <RenameField
        place={{ backend, bucket }}
        objectKey={key}
        taken={new Set(loaded.map(({ name }) => name))}
        onClose={() => latest().closeDialog()}
        onSend={(to) => latest().expectMoved({ from: key, to })}
        onRenamed={(to) => latest().afterRename(to)}
      />
    );
    return { key, field };
  }, [key, loaded, latest, backend, bucket]);
}

/** Where a list would have taken the focus, and there is none, the page's heading takes it. */
function useFocusWithoutList(isNone: boolean): void {
  useEffect(() => {
    if (isNone && takeFocus()) document.querySelector<HTMLElement>("main h1")?.focus();
  }, [isNone]);
}

interface KeyFacts {
  entry: Entry;
  browser: Browser;
  can: (level: LevelName) => boolean;
}

function handleKey(event: KeyboardEvent, facts: KeyFacts): void {
  if (event.ctrlKey || event.metaKey) {
    if ((event.key === "z" && undoLast()) || carryRows(event, facts)) event.preventDefault();
    return;
  }
  const isDone = event.altKey ? goUp(event, facts) : move(event, facts) || act(event, facts);
  if (isDone) event.preventDefault();
}

/** Cut, copy and paste. */
function carryRows({ key }: KeyboardEvent, { entry, browser, can }: KeyFacts): boolean {
  if (key === "v") return paste(browser, can);
  const isCut = key === "x" && can("write") && can("delete");
  if (!isCut && key !== "c") return false;
  const { selection, place, prefix } = browser;
  const meant = selection.keys.has(entry.key) ? browser.selected : [entry];
  if (meant.some(isGhost)) return false;
  const keys = meant.map((one) => one.key);
  const rows = { kind: isCut ? "move" : "copy", from: { ...place, prefix }, keys } as const;
  void import("../work/carry").then(({ carry }) => carry(rows));
  return true;
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
  const id = actionOfKey(event);
  if (id === undefined) return pressTool(event);
  void loadActions().then(({ actionsFor }) => {
    actionsFor(entry, browser, can)
      .find((action) => action.id === id)
      ?.act();
  });
  return true;
}

/** Presses the tool that names the key as its own, such as "New folder". */
function pressTool({ key, shiftKey }: KeyboardEvent): boolean {
  if (!shiftKey || !/^[A-Z]$/.test(key)) return false;
  const tool = document.querySelector<HTMLElement>(`[aria-keyshortcuts="Shift+${key}"]`);
  tool?.click();
  return tool !== null;
}
