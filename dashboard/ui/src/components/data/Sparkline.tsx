import styles from "./Sparkline.module.css";

export interface SparkPoint {
  value: number;
  isFailed: boolean;
}

interface SparklineProps {
  /** What it shows, in words: the whole of it for whoever cannot see it. */
  label: string;
  points: readonly SparkPoint[];
  /** How many there can be; fewer are drawn at the end. */
  capacity: number;
}

const HEIGHT = 24;
const STEP = 6;
const BAR = 4;

/** A few values as thin bars; a failure is a full bar with a notch, so not by colour alone. */
export function Sparkline({ label, points, capacity }: SparklineProps) {
  const shown = points.slice(-capacity);
  const highest = Math.max(1, ...shown.map(({ value }) => value));
  const width = capacity * STEP;
  const offset = capacity - shown.length;
  return (
    <svg role="img" aria-label={label} width={width} height={HEIGHT} className={styles.spark}>
      {shown.map(({ value, isFailed }, index) => {
        const height = isFailed ? HEIGHT : Math.max(3, (value / highest) * HEIGHT);
        const x = (offset + index) * STEP;
        return isFailed ? (
          <path key={index} className={styles.failed} d={notched(x)} />
        ) : (
          <rect key={index} x={x} y={HEIGHT - height} width={BAR} height={height} rx={1} />
        );
      })}
    </svg>
  );
}

function notched(x: number): string {
  const middle = HEIGHT / 2;
  return `M${x} 0h${BAR}v${middle - 2}h-${BAR}z M${x} ${middle + 2}h${BAR}v${middle - 2}h-${BAR}z`;
}
