import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { Server } from "lucide-react";
import { pinsQuery } from "../../api/account";
import { attentionQuery } from "../../api/attention";
import { backendsQuery, healthQuery } from "../../api/backends";
import { meQuery } from "../../api/me";
import { EmptyState } from "../../components/feedback/EmptyState";
import { ErrorState } from "../../components/feedback/ErrorState";
import { PageHead } from "../../components/shell/PageHead";
import { t } from "../../lib/i18n";
import { useTitle } from "../../lib/useTitle";
import { BackendCard, CardSkeleton } from "./BackendCard";
import styles from "./Home.module.css";
import { Overview } from "./Overview";
import { OwnLimits } from "./OwnLimits";

const STEPS: Readonly<Record<string, number>> = {
  ArrowRight: 1,
  ArrowDown: 1,
  ArrowLeft: -1,
  ArrowUp: -1,
};

/** What needs attention, where one was, and every backend: does it live, what is in it. */
export function HomePage() {
  useTitle(t("home.title"));
  const me = useSuspenseQuery(meQuery).data;
  const isAdmin = me.role === "admin";
  const backends = useQuery(backendsQuery);
  const health = useQuery({ ...healthQuery, enabled: isAdmin });
  const pins = useQuery(pinsQuery);
  const attention = useQuery({ ...attentionQuery, enabled: isAdmin });
  const list = backends.data ?? [];
  const down = list.filter(({ healthy }) => !healthy).length;
  // What stands above the cards is there before them, so that nothing moves.
  const isReady = !backends.isPending && !pins.isPending && !(isAdmin && attention.isPending);

  return (
    <>
      <PageHead title={t("home.title")} note={list.length > 0 && summary(list.length, down)} />
      <OwnLimits />
      {!isReady && (
        <Cards>
          {[1, 2, 3].map((n) => (
            <CardSkeleton key={n} />
          ))}
        </Cards>
      )}
      {isReady && backends.isError && (
        <ErrorState error={backends.error} onRetry={() => void backends.refetch()} />
      )}
      {isReady && (
        <div className={styles.halves}>
          <Overview me={me} backends={list} pins={pins.data ?? []} matters={attention.data} />
          {backends.data?.length === 0 && <NoBackends isAdmin={isAdmin} />}
          {list.length > 0 && (
            <Cards>
              {list.map((backend) => (
                <BackendCard
                  key={backend.id}
                  backend={backend}
                  health={health.data?.find(({ id }) => id === backend.id)}
                />
              ))}
            </Cards>
          )}
        </div>
      )}
    </>
  );
}

function Cards({ children }: { children: React.ReactNode }) {
  return (
    <ul className={styles.cards} onKeyDown={walkCards}>
      {children}
    </ul>
  );
}

/** The arrows go from card to card; Enter opens the one that has focus, as of any link. */
function walkCards(event: React.KeyboardEvent<HTMLUListElement>): void {
  const step = STEPS[event.key];
  if (step === undefined || !(event.target instanceof HTMLAnchorElement)) return;
  const links = [...event.currentTarget.querySelectorAll<HTMLAnchorElement>("h2 a")];
  const next = links[links.indexOf(event.target) + step];
  if (next === undefined) return;
  event.preventDefault();
  next.focus();
}

function summary(count: number, down: number): string {
  if (down > 0) return t("home.someDown", { count: down, total: count });
  return t("home.allHealthy", { count });
}

function NoBackends({ isAdmin }: { isAdmin: boolean }) {
  return (
    <EmptyState
      icon={<Server size={28} aria-hidden />}
      title={t("home.none")}
      text={isAdmin ? t("home.noneAdmin") : t("home.noneUser")}
      action={isAdmin && <a href="/docs/">{t("home.docs")}</a>}
    />
  );
}
