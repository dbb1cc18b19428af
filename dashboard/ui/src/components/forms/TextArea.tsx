import { type ComponentProps, type ReactNode, useId } from "react";
import field from "../controls/Field.module.css";
import styles from "./Forms.module.css";

interface TextAreaProps extends Omit<ComponentProps<"textarea">, "id" | "onChange" | "value"> {
  label: string;
  hint?: ReactNode;
  problem?: string | undefined;
  value: string;
  onChange: (value: string) => void;
}

/** A labelled text of several lines, with what is wrong with it below. */
export function TextArea({ label, hint, problem, onChange, ...area }: TextAreaProps) {
  const id = useId();
  return (
    <div className={field.field}>
      <label htmlFor={id} className={field.label}>
        {label}
      </label>
      <div className={field.frame} data-invalid={problem !== undefined}>
        <textarea
          {...area}
          id={id}
          className={styles.area}
          spellCheck={false}
          aria-invalid={problem !== undefined}
          aria-describedby={`${id}-hint ${id}-problem`}
          onChange={(event) => onChange(event.target.value)}
        />
      </div>
      <div id={`${id}-hint`} className={field.hint}>
        {hint}
      </div>
      <div id={`${id}-problem`} className={field.problem} role="alert">
        {problem}
      </div>
    </div>
  );
}
