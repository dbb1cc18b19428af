import { useMemo } from "react";
import type { ChartedTime } from "../../api/numbers";
import type { MetricChart } from "../../api/schema.gen";
import { LineChart } from "../../components/charts/LineChart";
import { formatBytes, formatNumber } from "../../lib/format";
import { t } from "../../lib/i18n";
import { linesBy, percentileLines, type Spans, spansOf } from "../../lib/series";
import styles from "./Dashboard.module.css";
import { endsOf } from "./time";

const PERCENTS = [50, 95, 99];

interface ChartsProps {
  chart: MetricChart | undefined;
  time: ChartedTime;
  /** When the numbers arrived, in milliseconds since the epoch. */
  readAt: number;
  /** Narrows all of them to a time, in seconds since the epoch. */
  onZoom: (from: number, to: number) => void;
}

/** Requests, latency, errors, bytes and storage over one time; dragging over one narrows all. */
export function Charts({ chart, time, readAt, onZoom }: ChartsProps) {
  // The time is made anew at each render; what it says is this text.
  const said = JSON.stringify(time);
  const charts = useMemo(() => {
    if (chart === undefined) return null;
    const [from, to] = endsOf(JSON.parse(said) as ChartedTime, readAt);
    const spans = spansOf(chart.step, from, to);
    return { spans, all: chartsOf(chart, spans) };
  }, [chart, said, readAt]);
  if (charts === null) return <div className={styles.waiting} aria-busy="true" />;
  return (
    <div className={styles.grid}>
      {charts.all.map(({ title, ...rest }) => (
        <div key={title} className={styles.card}>
          <LineChart title={title} spans={charts.spans} onZoom={onZoom} {...rest} />
        </div>
      ))}
    </div>
  );
}

function chartsOf({ series }: MetricChart, spans: Spans) {
  const named = (name: string) => series.filter((one) => one.name === name);
  const by = (name: string, label: string, isLevel = false) =>
    linesBy(named(name), label, spans, { most: 5, rest: t("chart.others"), isLevel });
  const count = (value: number) => formatNumber(value);
  return [
    { title: t("chart.requests"), lines: by("requests", "class"), format: count },
    {
      title: t("chart.latency"),
      lines: percentileLines(named("latency"), spans, PERCENTS),
      format: milliseconds,
      isLevel: true,
    },
    { title: t("chart.errors"), lines: by("errors", "code"), format: count },
    { title: t("chart.bytes"), lines: by("bytes", "direction"), format: formatBytes },
    {
      title: t("chart.storage"),
      lines: by("storage_bytes", "backend", true),
      format: formatBytes,
      isLevel: true,
    },
  ];
}

function milliseconds(value: number): string {
  return t("home.ms", { value: formatNumber(value, value < 10 ? 1 : 0) });
}
