import { useState } from "react";
import type { Probe } from "../../../api/schema.gen";
import { Button } from "../../../components/controls/Button";
import { StatusDot } from "../../../components/data/Status";
import { formatExact } from "../../../lib/format";
import { t } from "../../../lib/i18n";
import { roundUp } from "../../../lib/series";
import styles from "./Health.module.css";

const MOST = 20;
const HEIGHT = 96;
const STEP = 16;
const BAR = 10;

interface ProbeChartProps {
  name: string;
  history: readonly Probe[];
}

/** How long each probe took, the failed ones marked; each of them also stands in a table. */
export function ProbeChart({ name, history }: ProbeChartProps) {
  const [isTable, setTable] = useState(false);
  return (
    <figure className={styles.probes} aria-label={t("health.probesOf", { name })}>
      <figcaption className={styles.caption}>
        <span>{t("health.probes")}</span>
        <Button kind="quiet" aria-pressed={isTable} onClick={() => setTable(!isTable)}>
          {isTable ? t("chart.asChart") : t("chart.asTable")}
        </Button>
      </figcaption>
      {isTable ? <ProbeTable history={history} /> : <Drawing history={history} />}
    </figure>
  );
}

function Drawing({ history }: { history: readonly Probe[] }) {
  const shown = history.slice(-MOST);
  const highest = roundUp(Math.max(1, ...shown.map(({ latency_ms }) => latency_ms)));
  const failed = shown.filter(({ healthy }) => !healthy).length;
  const offset = MOST - shown.length;
  return (
    <div className={styles.drawing}>
      <span className={styles.scale} aria-hidden>
        {t("home.ms", { value: highest })}
      </span>
      <svg
        role="img"
        aria-label={t("home.probes", { count: shown.length, failed })}
        viewBox={`0 0 ${MOST * STEP} ${HEIGHT}`}
        preserveAspectRatio="none"
        className={styles.plot}
      >
        {shown.map(({ at, healthy, latency_ms }, index) => {
          const height = healthy ? Math.max(3, (latency_ms / highest) * HEIGHT) : HEIGHT;
          return (
            <rect
              key={at}
              data-failed={!healthy}
              x={(offset + index) * STEP}
              y={HEIGHT - height}
              width={BAR}
              height={height}
              rx={1}
            />
          );
        })}
      </svg>
    </div>
  );
}

function ProbeTable({ history }: { history: readonly Probe[] }) {
  return (
    <div className={styles.scroll} tabIndex={0} role="group" aria-label={t("health.probes")}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{t("chart.time")}</th>
            <th scope="col">{t("credentials.state")}</th>
            <th scope="col">{t("home.latency")}</th>
          </tr>
        </thead>
        <tbody>
          {history.toReversed().map(({ at, healthy, latency_ms, error }) => (
            <tr key={at}>
              <th scope="row">{formatExact(at)}</th>
              <td>
                <StatusDot tone={healthy ? "ok" : "err"}>
                  {healthy ? t("health.healthy") : (error ?? t("health.down"))}
                </StatusDot>
              </td>
              <td>{t("home.ms", { value: latency_ms })}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
