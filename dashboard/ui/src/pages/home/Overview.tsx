import type { AttentionMatter, Backend, Me, Pin } from "../../api/schema.gen";
import { t } from "../../lib/i18n";
import { Attention } from "./Attention";
import styles from "./Overview.module.css";
import { PinnedPlaces, RecentPlaces } from "./Places";
import { UnderWay } from "./UnderWay";

interface OverviewProps {
  me: Me;
  backends: readonly Backend[];
  pins: readonly Pin[];
  /** Administrators alone are told; nothing while that cannot be read. */
  matters: readonly AttentionMatter[] | undefined;
}

/** What somebody comes back for: what is wrong, what runs, and where one was. */
export function Overview({ me, backends, pins, matters }: OverviewProps) {
  return (
    <aside className={styles.overview} aria-label={t("home.overview")}>
      {matters !== undefined && <Attention matters={matters} />}
      <UnderWay />
      <PinnedPlaces pins={pins} backends={backends} />
      <RecentPlaces user={me.id} backends={backends} />
    </aside>
  );
}
