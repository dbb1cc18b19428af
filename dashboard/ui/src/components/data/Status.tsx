import type { ReactNode } from "react";
import styles from "./Status.module.css";

export type Tone = "ok" | "warn" | "err" | "info" | "neutral";

interface StatusProps {
  tone: Tone;
  children: ReactNode;
}

/** A state as a dot and a word; never the colour alone. */
export function StatusDot({ tone, children }: StatusProps) {
  return (
    <span className={styles.status} data-tone={tone}>
      <span className={styles.dot} aria-hidden />
      {children}
    </span>
  );
}

/** A short fact on its own tint. */
export function Badge({ tone, children }: StatusProps) {
  return (
    <span className={styles.badge} data-tone={tone}>
      {children}
    </span>
  );
}
