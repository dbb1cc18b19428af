import { useQuery } from "@tanstack/react-query";
import { ZoomOut } from "lucide-react";
import { type PointerEvent, useMemo, useState } from "react";
import { type AuditFilter, auditHistogramQuery } from "../../api/audit";
import { Button } from "../../components/controls/Button";
import { formatDateTime, formatNumber } from "../../lib/format";
import { t } from "../../lib/i18n";
import styles from "./Histogram.module.css";
import { type Bars, barsOf, isoSecond, spanOf } from "./histogram";

const HEIGHT = 56;

interface HistogramProps {
  filter: AuditFilter;
  /** Narrows the log to a time, or shows all of it again. */
  onSpan: (span: { from?: string | undefined; to?: string | undefined }) => void;
}

/** How much of what matches happened when: drag over it, or take a row of its table. */
export function Histogram({ filter, onSpan }: HistogramProps) {
  const found = useQuery(auditHistogramQuery(filter));
  const [isTable, setTable] = useState(false);
  const { data, dataUpdatedAt } = found;
  const shown = useMemo(
    () => (data === undefined ? null : barsOf(data, filter, dataUpdatedAt)),
    [data, filter, dataUpdatedAt],
  );
  // The log itself says why it cannot be read.
  if (found.isError) return null;
  const isNarrowed = filter.from !== undefined || filter.to !== undefined;
  return (
    <figure className={styles.histogram} aria-label={t("audit.histogram")}>
      <figcaption className={styles.head}>
        <span>{isNarrowed ? t("audit.histogram") : t("audit.histogramDay")}</span>
        {isNarrowed && (
          <Button
            kind="quiet"
            icon={<ZoomOut size={14} aria-hidden />}
            onClick={() => onSpan({ from: undefined, to: undefined })}
          >
            {t("audit.allTimes")}
          </Button>
        )}
        <Button kind="quiet" aria-pressed={isTable} onClick={() => setTable(!isTable)}>
          {isTable ? t("chart.asChart") : t("chart.asTable")}
        </Button>
      </figcaption>
      {shown === null && <div className={styles.waiting} />}
      {shown !== null && isTable && <CountTable shown={shown} onSpan={onSpan} />}
      {shown !== null && !isTable && <Drawing shown={shown} onSpan={onSpan} />}
    </figure>
  );
}

interface ShownProps {
  shown: Bars;
  onSpan: HistogramProps["onSpan"];
}

function Drawing({ shown, onSpan }: ShownProps) {
  const { bars } = shown;
  const [drag, setDrag] = useState<readonly [begin: number, now: number] | null>(null);
  const [at, setAt] = useState<number | null>(null);
  const highest = Math.max(1, ...bars.map(({ count }) => count));
  const total = bars.reduce((sum, { count }) => sum + count, 0);
  const indexOf = ({ currentTarget, clientX }: PointerEvent<SVGSVGElement>) => {
    const box = currentTarget.getBoundingClientRect();
    const index = Math.floor(((clientX - box.left) / box.width) * bars.length);
    return Math.min(bars.length - 1, Math.max(0, index));
  };
  const begin = (event: PointerEvent<SVGSVGElement>) => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const index = indexOf(event);
    setDrag([index, index]);
  };
  const follow = (event: PointerEvent<SVGSVGElement>) => {
    const index = indexOf(event);
    setAt(index);
    if (drag !== null) setDrag([drag[0], index]);
  };
  const end = (event: PointerEvent<SVGSVGElement>) => {
    if (drag === null) return;
    setDrag(null);
    onSpan(spanOf(shown, drag[0], indexOf(event)));
  };
  const [low, high] = drag === null ? [-1, -1] : [Math.min(...drag), Math.max(...drag)];
  return (
    <>
      <svg
        role="img"
        aria-label={t("audit.counted", { count: total })}
        className={styles.plot}
        viewBox={`0 0 ${bars.length} ${HEIGHT}`}
        preserveAspectRatio="none"
        height={HEIGHT}
        onPointerDown={begin}
        onPointerMove={follow}
        onPointerUp={end}
        onPointerCancel={() => setDrag(null)}
        onPointerLeave={() => setAt(null)}
      >
        {bars.map(({ start, count }, index) => {
          const height = count === 0 ? 0 : Math.max(2, (count / highest) * HEIGHT);
          return (
            <rect
              key={start}
              data-chosen={index >= low && index <= high}
              x={index + 0.1}
              y={HEIGHT - height}
              width={0.8}
              height={height}
            />
          );
        })}
        {drag !== null && (
          <rect className={styles.chosen} x={low} y={0} width={high - low + 1} height={HEIGHT} />
        )}
      </svg>
      <p className={styles.scale}>
        <span>{timeOf(bars[0]?.start)}</span>
        <span>{at === null ? t("audit.dragHint") : wordsOf(shown, at)}</span>
        <span>{timeOf((bars.at(-1)?.start ?? 0) + shown.stepMs)}</span>
      </p>
    </>
  );
}

/** The same numbers to read, the latest first; each row narrows the log to its time. */
function CountTable({ shown, onSpan }: ShownProps) {
  const rows = shown.bars.map((bar, index) => ({ ...bar, index })).filter(({ count }) => count > 0);
  return (
    <div className={styles.scroll} tabIndex={0} role="group" aria-label={t("audit.histogram")}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{t("chart.time")}</th>
            <th scope="col">{t("audit.events")}</th>
          </tr>
        </thead>
        <tbody>
          {rows.toReversed().map(({ start, count, index }) => (
            <tr key={start}>
              <th scope="row">
                <Button kind="quiet" onClick={() => onSpan(spanOf(shown, index, index))}>
                  {timeOf(start)}
                </Button>
              </th>
              <td>{formatNumber(count)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length === 0 && <p className={styles.nothing}>{t("chart.nothing")}</p>}
    </div>
  );
}

function wordsOf({ bars }: Bars, index: number): string {
  const bar = bars[index];
  if (bar === undefined) return "";
  return `${timeOf(bar.start)}: ${t("audit.counted", { count: bar.count })}`;
}

function timeOf(moment: number | undefined): string {
  return moment === undefined ? "" : formatDateTime(isoSecond(moment));
}
