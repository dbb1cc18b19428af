import { keepPreviousData, useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useLocation, useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useMemo, useState } from "react";
import { listingKey, listingQuery, type Place } from "../../api/objects";
import { showError } from "../../components/feedback/showError";
import type { Carried } from "../../lib/carried";
import { parentPrefix } from "../../lib/keys";
import { expectRow, keepPosition, recallPosition } from "../../lib/positions";
import { NOTHING, retain, type Selection } from "../../lib/selection";
import { type Changes, type ObjectSort, type PanelTab, present } from "../search";
import { type Entry, filterEntries, mergeEntries, sortEntries, toEntries } from "./entries";
import type { Moved } from "../../components/grid/useFocusKept";
import { useRefreshAfterUploads } from "./useRefreshAfterUploads";

type Folder = Carried["from"];
type Dialog =
  | { kind: "delete"; entries: readonly Entry[] }
  | { kind: "folder" }
  | { kind: "copy" | "move"; keys: readonly string[]; from?: Folder; to?: Folder }
  | { kind: "share"; keys: readonly string[] }
  | { kind: "rename" | "presign"; key: string }
  | null;

export type Browser = ReturnType<typeof useBrowser>;

/** Everything the object browser shows; what can be in the address is in the address. */
export function useBrowser(place: Place) {
  const search = useSearch({ from: "/shell/b/$backend/$bucket" });
  const navigate = useNavigate({ from: "/b/$backend/$bucket" });
  const client = useQueryClient();
  const {
    prefix = "",
    filter = "",
    sort = "name",
    object,
    panel = "preview",
    view,
    deleted,
  } = search;
  const listing = useInfiniteQuery(listingQuery(place, prefix));
  // What is not loaded yet cannot be filtered here: the server is asked for what begins so.
  const isNarrowed = filter !== "" && listing.hasNextPage;
  const narrowed = useInfiniteQuery({
    ...listingQuery(place, prefix + filter),
    enabled: isNarrowed,
    placeholderData: keepPreviousData,
  });
  const { visit, chosen, setChosen } = useVisit(`${place.backend}/${place.bucket}/${prefix}`);
  const [dialog, setDialog] = useState<Dialog>(null);
  const [moved, setMoved] = useState<Moved | null>(null);
  const [ghosts, setGhosts] = useState<readonly Entry[]>([]);
  useRefreshAfterUploads(place);

  const live = useMemo(() => {
    const all = toEntries(listing.data?.pages ?? [], prefix);
    return isNarrowed ? mergeEntries(all, toEntries(narrowed.data?.pages ?? [], prefix)) : all;
  }, [listing.data, narrowed.data, isNarrowed, prefix]);
  const loaded = useMemo(() => mergeEntries(live, ghosts), [live, ghosts]);
  const entries = useMemo(
    () => filterEntries(sortEntries(loaded, sort), filter),
    [loaded, sort, filter],
  );
  const selection = useMemo(() => {
    return retain(
      chosen,
      entries.map(({ key }) => key),
    );
  }, [chosen, entries]);
  const selected = useMemo(
    () => entries.filter(({ key }) => selection.keys.has(key)),
    [entries, selection],
  );

  const change = (next: Changes<typeof search>) =>
    void navigate({ search: (previous) => present({ ...previous, ...next }), replace: true });
  const go = (to: string) => {
    void navigate({ search: present({ prefix: to, sort: search.sort, deleted }) });
  };

  return {
    place,
    prefix,
    visit,
    filter,
    sort,
    object,
    tab: panel,
    /** Whether the object takes the whole window. */
    isFull: view === "full",
    listing,
    /** What more rows come from: the folder, or what in it begins as the filter says. */
    source: isNarrowed ? narrowed : listing,
    isNarrowed,
    loaded,
    entries,
    selection,
    selected,
    dialog,
    moved,
    showsDeleted: deleted === "shown",
    showDeleted: (isOn: boolean) => change({ deleted: isOn ? "shown" : undefined }),
    setGhosts,
    undelete: (some: readonly Entry[]) => {
      setChosen(NOTHING);
      import("../work/undelete")
        .then((work) => work.undelete(client, place, some))
        .catch(showError);
    },
    select: setChosen,
    setFilter: (text: string) => change({ filter: text }),
    setSort: (next: ObjectSort) => change({ sort: next }),
    showTab: (tab: PanelTab) => change({ panel: tab }),
    showFull: (isFull: boolean) => change({ view: isFull ? "full" : undefined }),
    closePanel: () => change({ object: "", panel: undefined, view: undefined }),
    open: (entry: Entry) => {
      if (entry.kind === "folder") go(entry.key);
      else if (entry.kind === "deleted") change({ object: entry.key, panel: "versions" });
      else change({ object: entry.key });
    },
    goUp: () => {
      if (prefix === "") return;
      expectRow(prefix);
      go(parentPrefix(prefix));
    },
    refresh: () => client.invalidateQueries({ queryKey: listingKey(place, prefix) }),
    askToDelete: (keys: readonly string[]) =>
      setDialog({ kind: "delete", entries: live.filter(({ key }) => keys.includes(key)) }),
    askForFolder: () => setDialog({ kind: "folder" }),
    /** Opens the dialog for an action on objects and folders. */
    ask: (kind: "copy" | "move" | "share", keys: readonly string[]) => setDialog({ kind, keys }),
    /** The same with the target known; `from` is given where the rows are of another place. */
    askToPut: (kind: "copy" | "move", keys: readonly string[], to: Folder, from?: Folder) =>
      setDialog({ kind, keys, to, ...(from && { from }) }),
    askForOne: (kind: "rename" | "presign", key: string) => setDialog({ kind, key }),
    /** Shows an object's panel at a tab. */
    show: (key: string, tab: PanelTab) => change({ object: key, panel: tab }),
    closeDialog: () => setDialog(null),
    /** The row that stands where another one stood, once the list says so. */
    expectMoved: setMoved,
    afterRename: (key: string) => {
      setDialog(null);
      setChosen(NOTHING);
      if (object !== undefined && !key.endsWith("/")) change({ object: key });
    },
    afterDelete: (keys: readonly string[]) => {
      setDialog(null);
      setChosen(NOTHING);
      if (object !== undefined && keys.includes(object)) {
        change({ object: "", panel: undefined, view: undefined });
      }
      void client.invalidateQueries({ queryKey: listingKey(place) });
    },
  };
}

/** The shown list, which keeps what is selected in it and where one is in it for the way back. */
function useVisit(shown: string) {
  const step = useLocation({ select: ({ state }) => state.__TSR_index });
  const enter = () => ({ shown, step, chosen: recallPosition(step, shown).selection });
  const [state, setState] = useState(enter);
  const visit = state.shown === shown ? state : enter();
  if (visit !== state) setState(visit);
  const { step: entered } = visit;
  useEffect(() => keepPosition(entered, shown), [entered, shown]);
  const setChosen = (chosen: Selection) => {
    keepPosition(entered, shown, { selection: chosen });
    setState({ ...visit, chosen });
  };
  return { visit, chosen: visit.chosen, setChosen };
}
