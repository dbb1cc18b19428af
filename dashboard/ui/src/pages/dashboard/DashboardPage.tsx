import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import { dashboardQuery, metricsQuery } from "../../api/numbers";
import type { AdminDashboard, MetricChart } from "../../api/schema.gen";
import { LineChart } from "../../components/charts/LineChart";
import { Select } from "../../components/controls/Field";
import { ErrorState } from "../../components/feedback/ErrorState";
import { PageHead } from "../../components/shell/PageHead";
import { formatBytes, formatNumber } from "../../lib/format";
import { t, type TextKey } from "../../lib/i18n";
import { linesBy, spansOf } from "../../lib/series";
import { useTitle } from "../../lib/useTitle";
import { present, RANGES, type Range } from "../search";
import styles from "./Dashboard.module.css";
import { Keys, RecentErrors, TopBuckets } from "./Lists";

const RANGE_TEXTS: Record<Range, TextKey> = {
  hour: "range.hour",
  day: "range.day",
  week: "range.week",
  month: "range.month",
};
const HOURS: Record<Range, number> = { hour: 1, day: 24, week: 7 * 24, month: 30 * 24 };

/** What goes on: requests, errors, bytes, storage; the last day in numbers. */
export function DashboardPage() {
  useTitle(t("rail.dashboard"));
  const { range = "day" } = useSearch({ from: "/shell/admin/dashboard" });
  const navigate = useNavigate({ from: "/admin/dashboard" });
  const day = useQuery(dashboardQuery);
  const chart = useQuery(metricsQuery(HOURS[range]));
  return (
    <>
      <PageHead title={t("rail.dashboard")}>
        <Select
          label={t("range.title")}
          isLabelHidden
          value={range}
          onChange={({ target }) =>
            void navigate({
              search: present({ range: RANGES.find((one) => one === target.value) }),
              replace: true,
            })
          }
        >
          {RANGES.map((one) => (
            <option key={one} value={one}>
              {t(RANGE_TEXTS[one])}
            </option>
          ))}
        </Select>
      </PageHead>
      <div className={styles.page}>
        {day.isError && <ErrorState error={day.error} onRetry={() => void day.refetch()} />}
        {day.data !== undefined && <Tiles numbers={day.data} />}
        {chart.isError && <ErrorState error={chart.error} onRetry={() => void chart.refetch()} />}
        <Charts chart={chart.data} hours={HOURS[range]} readAt={chart.dataUpdatedAt} />
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

interface ChartsProps {
  chart: MetricChart | undefined;
  hours: number;
  /** When the numbers arrived, in milliseconds since the epoch. */
  readAt: number;
}

function Charts({ chart, hours, readAt }: ChartsProps) {
  const lines = useMemo(() => {
    if (chart === undefined) return null;
    const now = readAt / 1000;
    const spans = spansOf(chart.step, now - hours * 3600, now);
    const by = (name: string, label: string, isLevel = false) =>
      linesBy(
        chart.series.filter((one) => one.name === name),
        label,
        spans,
        { most: 5, rest: t("chart.others"), isLevel },
      );
    return {
      spans,
      requests: by("requests", "class"),
      errors: by("errors", "code"),
      bytes: by("bytes", "direction"),
      storage: by("storage_bytes", "backend", true),
    };
  }, [chart, hours, readAt]);
  if (lines === null) return <div className={styles.waiting} aria-busy="true" />;
  const { spans } = lines;
  return (
    <div className={styles.grid}>
      <div className={styles.card}>
        <LineChart
          title={t("chart.requests")}
          lines={lines.requests}
          spans={spans}
          format={(value) => formatNumber(value)}
        />
      </div>
      <div className={styles.card}>
        <LineChart
          title={t("chart.errors")}
          lines={lines.errors}
          spans={spans}
          format={(value) => formatNumber(value)}
        />
      </div>
      <div className={styles.card}>
        <LineChart
          title={t("chart.bytes")}
          lines={lines.bytes}
          spans={spans}
          format={formatBytes}
        />
      </div>
      <div className={styles.card}>
        <LineChart
          title={t("chart.storage")}
          lines={lines.storage}
          spans={spans}
          format={formatBytes}
          isLevel
        />
      </div>
    </div>
  );
}
