import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, useMemo } from "react";
import { deletedQuery } from "../../api/objectParts";
import type { LevelName } from "../../api/schema.gen";
import { versioningQuery } from "../../api/settings";
import { Button } from "../../components/controls/Button";
import { Banner } from "../../components/feedback/Banner";
import { ErrorState } from "../../components/feedback/ErrorState";
import { useQuickAction } from "../../components/feedback/useAction";
import { t } from "../../lib/i18n";
import { isGhost } from "../browser/entries";
import type { Browser } from "../browser/useBrowser";
import { toGhosts } from "./deleted";
import { undelete } from "./undelete";
import styles from "./Work.module.css";

const MOST_PAGES_UNASKED = 10;

interface DeletedBarProps {
  browser: Browser;
  can: (level: LevelName) => boolean;
}

/** Looks for what was deleted in the shown folder, hands it to the list, and says what there is. */
export default function DeletedBar(props: DeletedBarProps) {
  return (
    <div className={styles.deleted}>
      <Found {...props} />
    </div>
  );
}

function Found({ browser, can }: DeletedBarProps) {
  const found = useGhosts(browser);
  const { pages, ghosts } = found;
  const client = useQueryClient();
  const back = useQuickAction(() => undelete(client, browser.place, ghosts), []);
  const hide = (
    <Button kind="quiet" onClick={() => browser.showDeleted(false)}>
      {t("deleted.hide")}
    </Button>
  );
  if (pages.isError) {
    return (
      <>
        <ErrorState error={pages.error} onRetry={() => void pages.refetch()} />
        {hide}
      </>
    );
  }
  if (found.isLooking) {
    return (
      <Banner tone="info" action={hide}>
        {t("deleted.looking")}
      </Banner>
    );
  }
  return (
    <Banner
      tone="info"
      action={
        <>
          {pages.hasNextPage && (
            <Button
              kind="quiet"
              pending={pages.isFetchingNextPage}
              onClick={() => void pages.fetchNextPage()}
            >
              {t("deleted.further")}
            </Button>
          )}
          {ghosts.length > 0 && can("delete") && (
            <Button kind="quiet" pending={back.isPending} onClick={() => back.mutate(undefined)}>
              {t("deleted.undeleteAll")}
            </Button>
          )}
          {hide}
        </>
      }
    >
      {ghosts.length > 0 && t("deleted.count", { count: ghosts.length })}
      {ghosts.length === 0 && <Nothing browser={browser} can={can} />}
      {pages.hasNextPage && <> {t("deleted.partial")}</>}
    </Banner>
  );
}

/** Why there is nothing to bring back, and what would change that. */
function Nothing({ browser: { place }, can }: DeletedBarProps) {
  const versioning = useQuery(versioningQuery(place));
  if (versioning.data?.enabled !== false) return t("deleted.none");
  const { backend, bucket } = place;
  return (
    <>
      {t("deleted.noVersions")}{" "}
      {can("configure") && (
        <Link to="/b/$backend/$bucket/settings" params={{ backend, bucket }}>
          {t("deleted.settings")}
        </Link>
      )}
    </>
  );
}

function useGhosts({ place, prefix, listing, filter, loaded, setGhosts }: Browser) {
  const pages = useInfiniteQuery(deletedQuery(place, prefix));
  const { data, hasNextPage, isFetching, fetchNextPage } = pages;
  const looksOn = hasNextPage && (data?.pages.length ?? 0) < MOST_PAGES_UNASKED;
  useEffect(() => {
    if (looksOn && !isFetching) void fetchNextPage();
  }, [looksOn, isFetching, fetchNextPage]);
  // The folders that are there; a filter says nothing of the others.
  const isListed = listing.data !== undefined && !listing.hasNextPage && filter === "";
  const listed = useMemo(
    () => new Set(loaded.filter((entry) => !isGhost(entry)).map(({ key }) => key)),
    [loaded],
  );
  const ghosts = useMemo(
    () => toGhosts(data?.pages ?? [], { prefix, listed, isListed }),
    [data, prefix, listed, isListed],
  );
  const names = ghosts.map(({ kind, key }) => `${kind} ${key}`).join("\n");
  useEffect(() => {
    setGhosts(ghosts);
    // What is the same list is told once: the list itself is made anew from it each time.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [names, data, setGhosts]);
  useEffect(() => () => setGhosts([]), [setGhosts]);
  return { pages, ghosts, isLooking: pages.isPending || looksOn };
}
