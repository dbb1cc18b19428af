import { type PointerEvent, useCallback, useId, useState } from "react";
import { saveText } from "../../lib/download";
import { t } from "../../lib/i18n";
import { csvOf, type Line, roundUp, type Spans, sum } from "../../lib/series";
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
  /** Narrows all charts to a time, in seconds since the epoch, when one drags over this one. */
  onZoom?: (from: number, to: number) => void;
}

const HEIGHT = 180;
const ROOM = { start: 64, end: 8, top: 8, bottom: 24 };
const TICKS = 4;

/** Lines over time; every number of it also stands in a table. */
export function LineChart({ title, lines, spans, isLevel = false, ...rest }: LineChartProps) {
  const format = (value: number) => (Number.isNaN(value) ? "–" : rest.format(value));
  const id = useId();
  const [isTable, setTable] = useState(false);
  const [plot, width] = useWidth();
  const [at, setAt] = useState<number | null>(null);
  const [begun, setBegun] = useState<number | null>(null);
  const known = lines.flatMap(({ values }) => values).filter((value) => !Number.isNaN(value));
  const highest = roundUp(Math.max(TICKS, ...known));
  const told = (values: readonly number[]) => {
    if (at !== null) return format(values[at] ?? 0);
    const last = values.findLast((value) => !Number.isNaN(value)) ?? NaN;
    return format(isLevel ? last : sum(values));
  };
  const indexOf = (event: PointerEvent<SVGSVGElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * width;
    const share = (x - ROOM.start) / (width - ROOM.start - ROOM.end);
    const index = Math.round(share * (spans.starts.length - 1));
    return Math.min(spans.starts.length - 1, Math.max(0, index));
  };
  const zoom = (event: PointerEvent<SVGSVGElement>) => {
    setBegun(null);
    const ends = [begun ?? 0, indexOf(event)].sort((one, other) => one - other);
    const [from = 0, to = 0] = ends.map((index) => spans.starts[index] ?? 0);
    if (begun !== null && to > from) rest.onZoom?.(from, to + spans.step);
  };
  return (
    <figure className={styles.chart} aria-labelledby={id}>
      <figcaption className={styles.head}>
        <h2 id={id}>{title}</h2>
        <Button
          kind="quiet"
          aria-label={t("chart.csvOf", { title })}
          onClick={() => saveText(`${title}.csv`, csvOf(lines, spans))}
        >
          {t("chart.csv")}
        </Button>
        <Button kind="quiet" aria-pressed={isTable} onClick={() => setTable(!isTable)}>
          {isTable ? t("chart.asChart") : t("chart.asTable")}
        </Button>
      </figcaption>
      {isTable ? (
        <ChartTable title={title} lines={lines} spans={spans} format={format} />
      ) : (
        <>
          <svg
            ref={plot}
            height={HEIGHT}
            className={styles.plot}
            aria-hidden
            onPointerDown={(event) => {
              event.currentTarget.setPointerCapture(event.pointerId);
              setBegun(indexOf(event));
            }}
            onPointerMove={(event) => setAt(indexOf(event))}
            onPointerUp={zoom}
            onPointerCancel={() => setBegun(null)}
            onPointerLeave={() => setAt(null)}
          >
            <Axis highest={highest} spans={spans} format={format} width={width} />
            {lines.map(({ name, values }, index) => (
              <path
                key={name}
                className={styles.line}
                data-line={index}
                d={path(values, highest, width)}
              />
            ))}
            {at !== null && begun !== null && (
              <rect
                className={styles.chosen}
                x={xOf(Math.min(at, begun), spans.starts.length, width)}
                width={Math.abs(
                  xOf(at, spans.starts.length, width) - xOf(begun, spans.starts.length, width),
                )}
                y={ROOM.top}
                height={HEIGHT - ROOM.top - ROOM.bottom}
              />
            )}
            {at !== null && (
              <line
                className={styles.cross}
                x1={xOf(at, spans.starts.length, width)}
                x2={xOf(at, spans.starts.length, width)}
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

/** How wide the drawing is now, so that letters keep their size on every screen. */
function useWidth() {
  const [width, setWidth] = useState(640);
  const plot = useCallback((element: SVGSVGElement | null) => {
    if (element === null) return;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [plot, width] as const;
}

function xOf(index: number, count: number, width: number): number {
  return ROOM.start + (index / Math.max(1, count - 1)) * (width - ROOM.start - ROOM.end);
}

function yOf(value: number, highest: number): number {
  return HEIGHT - ROOM.bottom - (value / highest) * (HEIGHT - ROOM.top - ROOM.bottom);
}

/** A line through what is known; it breaks where nothing is. */
function path(values: readonly number[], highest: number, width: number): string {
  const place = (value: number, index: number) =>
    `${xOf(index, values.length, width).toFixed(1)} ${yOf(value, highest).toFixed(1)}`;
  return values
    .map((value, index) => {
      if (Number.isNaN(value)) return "";
      const here = place(value, index);
      const isFirst = Number.isNaN(values[index - 1] ?? NaN);
      return isFirst ? `M${here}L${here}` : `L${here}`;
    })
    .join("");
}

interface AxisProps {
  highest: number;
  spans: Spans;
  format: (value: number) => string;
  width: number;
}

function Axis({ highest, spans, format, width }: AxisProps) {
  const values = Array.from({ length: TICKS + 1 }, (_, index) => (highest * index) / TICKS);
  const last = spans.starts.length - 1;
  const count = Math.max(2, Math.floor(width / 130));
  const times = Array.from({ length: count }, (_, index) =>
    Math.round((last * index) / (count - 1)),
  );
  return (
    <g className={styles.axis}>
      {values.map((value) => (
        <g key={value}>
          <line
            x1={ROOM.start}
            x2={width - ROOM.end}
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
          x={xOf(index, spans.starts.length, width)}
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
