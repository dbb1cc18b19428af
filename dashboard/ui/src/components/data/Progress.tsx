import { formatPercent } from "../../lib/format";
import styles from "./Progress.module.css";

interface ProgressProps {
  /** What is progressing. */
  label: string;
  done: number;
  total: number;
  tone?: "accent" | "ok" | "warn" | "err";
}

/** How far something is, as a bar and as text. */
export function Progress({ label, done, total, tone = "accent" }: ProgressProps) {
  const share = total === 0 ? 1 : Math.min(1, done / total);
  const text = formatPercent(done, total);
  return (
    <div className={styles.progress} data-tone={tone}>
      <div
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.floor(share * 100)}
        aria-valuetext={text}
        className={styles.track}
      >
        <div className={styles.bar} style={{ transform: `scaleX(${share})` }} />
      </div>
      <span className={styles.text} aria-hidden>
        {text}
      </span>
    </div>
  );
}
