import { type ComponentProps, type ReactNode, useId } from "react";
import styles from "./Field.module.css";

interface FieldProps extends Omit<ComponentProps<"input">, "id"> {
  label: string;
  hint?: ReactNode;
  /** What is wrong with the value; shown below and announced with the field. */
  problem?: string | undefined;
  /** A control at the end of the input, such as "show password". */
  trailing?: ReactNode;
}

/** A labelled text input with its hint and its problem. */
export function Field({ label, hint, problem, trailing, ...input }: FieldProps) {
  const id = useId();
  return (
    <div className={styles.field}>
      <label htmlFor={id} className={styles.label}>
        {label}
      </label>
      <div className={styles.frame} data-invalid={problem !== undefined}>
        <input
          {...input}
          id={id}
          className={styles.input}
          aria-invalid={problem !== undefined}
          aria-describedby={`${id}-hint ${id}-problem`}
        />
        {trailing}
      </div>
      <Below id={id} hint={hint} problem={problem} />
    </div>
  );
}

interface BelowProps {
  id: string;
  hint: ReactNode;
  problem: string | undefined;
}

function Below({ id, hint, problem }: BelowProps) {
  return (
    <>
      <div id={`${id}-hint`} className={styles.hint}>
        {hint}
      </div>
      <div id={`${id}-problem`} className={styles.problem} role="alert">
        {problem}
      </div>
    </>
  );
}

interface SelectProps extends Omit<ComponentProps<"select">, "id"> {
  label: string;
  /** True among tools, where the choice says by itself what it is. */
  isLabelHidden?: boolean;
  hint?: ReactNode;
  problem?: string | undefined;
}

/** A labelled choice among a few; the browser's own list, so that it works everywhere. */
export function Select(props: SelectProps) {
  const { label, isLabelHidden = false, hint, problem, children, ...select } = props;
  const id = useId();
  return (
    <div className={styles.field}>
      <label htmlFor={id} className={isLabelHidden ? "visually-hidden" : styles.label}>
        {label}
      </label>
      <div className={styles.frame}>
        <select {...select} id={id} className={styles.input} aria-describedby={`${id}-hint`}>
          {children}
        </select>
      </div>
      <Below id={id} hint={hint} problem={problem} />
    </div>
  );
}
