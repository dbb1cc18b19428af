import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { Server } from "lucide-react";
import { backendsQuery, healthQuery } from "../../api/backends";
import { meQuery } from "../../api/me";
import { EmptyState } from "../../components/feedback/EmptyState";
import { ErrorState } from "../../components/feedback/ErrorState";
import { PageHead } from "../../components/shell/PageHead";
import { t } from "../../lib/i18n";
import { useTitle } from "../../lib/useTitle";
import { BackendCard, CardSkeleton } from "./BackendCard";
import styles from "./Home.module.css";
import { OwnLimits } from "./OwnLimits";

/** Every backend at a glance: does it live, how fast is it, what is in it. */
export function HomePage() {
  useTitle(t("home.title"));
  const isAdmin = useSuspenseQuery(meQuery).data.role === "admin";
  const backends = useQuery(backendsQuery);
  const health = useQuery({ ...healthQuery, enabled: isAdmin });
  const list = backends.data ?? [];
  const down = list.filter(({ healthy }) => !healthy).length;

  return (
    <>
      <PageHead title={t("home.title")} note={list.length > 0 && summary(list.length, down)} />
      <OwnLimits />
      {backends.isPending && (
        <Cards>
          {[1, 2, 3].map((n) => (
            <CardSkeleton key={n} />
          ))}
        </Cards>
      )}
      {backends.isError && (
        <ErrorState error={backends.error} onRetry={() => void backends.refetch()} />
      )}
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
    </>
  );
}

function Cards({ children }: { children: React.ReactNode }) {
  return <ul className={styles.cards}>{children}</ul>;
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
