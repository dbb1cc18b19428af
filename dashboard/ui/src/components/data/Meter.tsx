import { formatBytes, formatPercent } from "../../lib/format";
import styles from "./Meter.module.css";

interface MeterProps {
  /** What is measured. */
  label: string;
  used: number;
  /** Where it is warned of; 0 for none. */
  soft: number;
  /** Where it ends; 0 for none. */
  hard: number;
}

/** How full something is, with the marks of both limits; the words say it too. */
export function Meter({ label, used, soft, hard }: MeterProps) {
  const end = hard > 0 ? hard : soft;
  const share = end === 0 ? 0 : Math.min(1, used / end);
  const isOver = hard > 0 && used >= hard;
  const tone = isOver ? "err" : soft > 0 && used >= soft ? "warn" : "ok";
  const text = `${formatBytes(used)} / ${formatBytes(end)} (${formatPercent(used, end)})`;
  return (
    <div className={styles.meter} data-tone={tone}>
      <div
        role="meter"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={end}
        aria-valuenow={Math.min(used, end)}
        aria-valuetext={text}
        className={styles.track}
      >
        <div className={styles.bar} style={{ transform: `scaleX(${share})` }} />
        {soft > 0 && hard > soft && (
          <div className={styles.mark} style={{ insetInlineStart: `${(soft / hard) * 100}%` }} />
        )}
      </div>
      <span aria-hidden>{text}</span>
    </div>
  );
}
