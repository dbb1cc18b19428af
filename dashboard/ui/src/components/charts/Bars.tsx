import type { ReactNode } from "react";
import styles from "./Chart.module.css";

export interface Bar {
  id: string;
  label: ReactNode;
  value: number;
  text: string;
}

/** A few values beside each other, the longest bar the greatest; the number stands at its end. */
export function Bars({ label, bars }: { label: string; bars: readonly Bar[] }) {
  const highest = Math.max(1, ...bars.map(({ value }) => value));
  return (
    <ul className={styles.bars} aria-label={label}>
      {bars.map((bar) => (
        <li key={bar.id}>
          <span className={styles.barLabel}>{bar.label}</span>
          <span className={styles.track}>
            <span className={styles.bar} style={{ transform: `scaleX(${bar.value / highest})` }} />
          </span>
          <span className={styles.barText}>{bar.text}</span>
        </li>
      ))}
    </ul>
  );
}
