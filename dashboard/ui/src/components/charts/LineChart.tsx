import { type PointerEvent, useId, useState } from "react";
import { t } from "../../lib/i18n";
import { type Line, roundUp, type Spans, sum } from "../../lib/series";
import { Button } from "../controls/Button";
import { ChartTable } from "./ChartTable";
import styles from "./Chart.module.css";

interface LineChartProps {
  title: string;
  lines: readonly Line[];
  spans: Spans;
  format: (value: number) => string;
  /** Whether a line's last value says more than its sum, as of what is stored. */
  isLevel?: boolean;
}

const WIDTH = 640;
const HEIGHT = 180;
const ROOM = { start: 64, end: 8, top: 8, bottom: 24 };
const TICKS = 4;

/** Lines over time; every number of it also stands in a table. */
export function LineChart({ title, lines, spans, format, isLevel = false }: LineChartProps) {
  const id = useId();
  const [isTable, setTable] = useState(false);
  const [at, setAt] = useState<number | null>(null);
  const highest = roundUp(Math.max(1, ...lines.flatMap(({ values }) => values)));
  const told = (values: readonly number[]) => {
    if (at !== null) return format(values[at] ?? 0);
    return format(isLevel ? (values.at(-1) ?? 0) : sum(values));
  };
  const follow = (event: PointerEvent<SVGSVGElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * WIDTH;
    const share = (x - ROOM.start) / (WIDTH - ROOM.start - ROOM.end);
    const index = Math.round(share * (spans.starts.length - 1));
    setAt(Math.min(spans.starts.length - 1, Math.max(0, index)));
  };
  return (
    <figure className={styles.chart} aria-labelledby={id}>
      <figcaption className={styles.head}>
        <h2 id={id}>{title}</h2>
        <Button kind="quiet" aria-pressed={isTable} onClick={() => setTable(!isTable)}>
          {isTable ? t("chart.asChart") : t("chart.asTable")}
        </Button>
      </figcaption>
      {isTable ? (
        <ChartTable title={title} lines={lines} spans={spans} format={format} />
      ) : (
        <>
          <svg
            viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
            className={styles.plot}
            aria-hidden
            onPointerMove={follow}
            onPointerLeave={() => setAt(null)}
          >
            <Axis highest={highest} spans={spans} format={format} />
            {lines.map(({ name, values }, index) => (
              <path
                key={name}
                className={styles.line}
                data-line={index}
                d={path(values, highest)}
              />
            ))}
            {at !== null && (
              <line
                className={styles.cross}
                x1={xOf(at, spans.starts.length)}
                x2={xOf(at, spans.starts.length)}
                y1={ROOM.top}
                y2={HEIGHT - ROOM.bottom}
              />
            )}
          </svg>
          <ul className={styles.legend}>
            {lines.map(({ name, values }, index) => (
              <li key={name} data-line={index}>
                <svg width={24} height={8} aria-hidden>
                  <path className={styles.line} data-line={index} d="M0 4H24" />
                </svg>
                {name}
                <strong>{told(values)}</strong>
              </li>
            ))}
            {lines.length === 0 && <li>{t("chart.nothing")}</li>}
          </ul>
        </>
      )}
    </figure>
  );
}

function xOf(index: number, count: number): number {
  return ROOM.start + (index / Math.max(1, count - 1)) * (WIDTH - ROOM.start - ROOM.end);
}

function yOf(value: number, highest: number): number {
  return HEIGHT - ROOM.bottom - (value / highest) * (HEIGHT - ROOM.top - ROOM.bottom);
}

function path(values: readonly number[], highest: number): string {
  const place = (value: number, index: number) =>
    `${xOf(index, values.length).toFixed(1)} ${yOf(value, highest).toFixed(1)}`;
  return `M${values.map(place).join("L")}`;
}

interface AxisProps {
  highest: number;
  spans: Spans;
  format: (value: number) => string;
}

function Axis({ highest, spans, format }: AxisProps) {
  const values = Array.from({ length: TICKS + 1 }, (_, index) => (highest * index) / TICKS);
  const last = spans.starts.length - 1;
  const times = [0, 1, 2, 3, 4].map((index) => Math.round((last * index) / 4));
  return (
    <g className={styles.axis}>
      {values.map((value) => (
        <g key={value}>
          <line
            x1={ROOM.start}
            x2={WIDTH - ROOM.end}
            y1={yOf(value, highest)}
            y2={yOf(value, highest)}
          />
          <text x={ROOM.start - 8} y={yOf(value, highest) + 4} textAnchor="end">
            {format(value)}
          </text>
        </g>
      ))}
      {[...new Set(times)].map((index) => (
        <text
          key={index}
          x={xOf(index, spans.starts.length)}
          y={HEIGHT - 6}
          textAnchor={index === 0 ? "start" : index === last ? "end" : "middle"}
        >
          {shortTime(spans, index)}
        </text>
      ))}
    </g>
  );
}

const DAY_SECONDS = 24 * 3600;

/** The hour within days, the day beyond. */
function shortTime({ starts }: Spans, index: number): string {
  const [first = 0] = starts;
  const isLong = (starts.at(-1) ?? 0) - first > 2 * DAY_SECONDS;
  const style: Intl.DateTimeFormatOptions = isLong
    ? { month: "short", day: "numeric" }
    : { hour: "2-digit", minute: "2-digit" };
  const at = new Date((starts[index] ?? 0) * 1000);
  return new Intl.DateTimeFormat(document.documentElement.lang, style).format(at);
}
