import { Button } from "../../components/controls/Button";
import { t } from "../../lib/i18n";
import { BucketRoom } from "./BucketRoom";
import styles from "./Browser.module.css";
import { sumEntries } from "./entries";
import type { Browser } from "./useBrowser";

/** What is loaded, whether there is more, and what a sort or filter refers to. */
export function StatusLine({ browser }: { browser: Browser }) {
  const { listing, source, isNarrowed: isAsked, loaded, entries, filter, sort } = browser;
  if (listing.data === undefined) return null;
  const sum = sumEntries(loaded);
  const isPartial = source.hasNextPage;
  const isNarrowed = filter !== "";
  return (
    <div className={styles.status}>
      <p role="status">
        {isNarrowed && <>{t("browser.shown", { count: entries.length })} </>}
        {t("browser.loadedObjects", { count: sum.objects })}
        {sum.folders > 0 && <> · {t("browser.loadedFolders", { count: sum.folders })}</>}
        {isPartial && <> · {t("browser.moreOnScroll")}</>}
        {isAsked && <> · {t("browser.beginning", { filter })}</>}
        {isPartial && sort !== "name" && <> · {t("browser.sortedAmong")}</>}
      </p>
      <BucketRoom place={browser.place} />
      {isPartial && (isNarrowed || sort !== "name") && (
        <Button
          kind="quiet"
          pending={source.isFetchingNextPage}
          onClick={() => void source.fetchNextPage()}
        >
          {t("browser.loadMore")}
        </Button>
      )}
    </div>
  );
}
