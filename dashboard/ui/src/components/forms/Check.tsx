import { type ReactNode, useId } from "react";
import styles from "./Forms.module.css";

interface CheckProps {
  label: string;
  hint?: string;
  isOn: boolean;
  onChange: (isOn: boolean) => void;
  isDisabled?: boolean;
}

/** One thing that is on or off. */
export function Check({ label, hint, isOn, onChange, isDisabled = false }: CheckProps) {
  const id = useId();
  return (
    <label className={styles.check}>
      <input
        type="checkbox"
        checked={isOn}
        disabled={isDisabled}
        aria-describedby={hint === undefined ? undefined : id}
        onChange={(event) => onChange(event.target.checked)}
      />
      <span>{label}</span>
      {hint !== undefined && (
        <span id={id} className={styles.hint}>
          {hint}
        </span>
      )}
    </label>
  );
}

/** Several of them under one title. */
export function CheckGroup({ label, children }: { label: string; children: ReactNode }) {
  return (
    <fieldset className={styles.group}>
      <legend>{label}</legend>
      <div className={styles.inline}>{children}</div>
    </fieldset>
  );
}

/** Two fields in one line where there is room. */
export function Pair({ children }: { children: ReactNode }) {
  return <div className={styles.pair}>{children}</div>;
}
