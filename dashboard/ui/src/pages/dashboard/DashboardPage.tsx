import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { dashboardQuery, metricsQuery } from "../../api/numbers";
import type { AdminDashboard } from "../../api/schema.gen";
import { ErrorState } from "../../components/feedback/ErrorState";
import { PageHead } from "../../components/shell/PageHead";
import { formatBytes, formatNumber } from "../../lib/format";
import { t, type TextKey } from "../../lib/i18n";
import { useTitle } from "../../lib/useTitle";
import { type DashboardSearch, present } from "../search";
import { Charts } from "./Charts";
import styles from "./Dashboard.module.css";
import { Keys, RecentErrors, TopBuckets } from "./Lists";
import { RangePicker } from "./RangePicker";
import { isoOf, timeOf } from "./time";

/** What goes on: requests, errors, bytes, storage; the last day in numbers. */
export function DashboardPage() {
  useTitle(t("rail.dashboard"));
  const search = useSearch({ from: "/shell/admin/dashboard" });
  const navigate = useNavigate({ from: "/admin/dashboard" });
  const change = (next: DashboardSearch) => void navigate({ search: present(next) });
  const time = timeOf(search);
  const day = useQuery(dashboardQuery);
  const chart = useQuery(metricsQuery(time));
  return (
    <>
      <PageHead title={t("rail.dashboard")}>
        <RangePicker search={search} onChange={change} />
      </PageHead>
      <div className={styles.page}>
        {day.isError && <ErrorState error={day.error} onRetry={() => void day.refetch()} />}
        {day.data !== undefined && <Tiles numbers={day.data} />}
        {chart.isError && <ErrorState error={chart.error} onRetry={() => void chart.refetch()} />}
        <Charts
          chart={chart.data}
          time={time}
          readAt={chart.dataUpdatedAt}
          onZoom={(from, to) => change({ from: isoOf(from), to: isoOf(to) })}
        />
        {day.data !== undefined && (
          <div className={styles.grid}>
            <TopBuckets storage={day.data.storage} />
            <Keys keys={day.data.credentials} />
            <RecentErrors errors={day.data.requests.recent_errors} />
          </div>
        )}
      </div>
    </>
  );
}

function Tiles({ numbers }: { numbers: AdminDashboard }) {
  const { traffic, storage } = numbers;
  const total = (of: (one: (typeof traffic)[number]) => number) =>
    traffic.reduce((all, one) => all + of(one), 0);
  const requests = total((one) => one.total_24h);
  const errors = total((one) => one.errors_24h);
  const share = requests === 0 ? 0 : errors / requests;
  const percent = new Intl.NumberFormat(document.documentElement.lang, {
    style: "percent",
    maximumFractionDigits: 2,
  });
  const slowest = Math.max(0, ...traffic.map(({ p95_ms }) => p95_ms));
  const stored = storage.by_backend.reduce((all, { bytes }) => all + bytes, 0);
  const tiles: [TextKey, string][] = [
    ["tile.requests", formatNumber(requests)],
    ["tile.errors", percent.format(share)],
    ["tile.p95", t("home.ms", { value: slowest })],
    ["tile.in", formatBytes(total((one) => one.bytes_in))],
    ["tile.out", formatBytes(total((one) => one.bytes_out))],
    ["tile.stored", formatBytes(stored)],
  ];
  return (
    <dl className={styles.tiles} aria-label={t("tile.label")}>
      {tiles.map(([name, value]) => (
        <div key={name} className={styles.tile}>
          <dt>{t(name)}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
