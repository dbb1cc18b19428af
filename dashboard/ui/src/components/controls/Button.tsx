import type { ComponentProps, ReactNode } from "react";
import { cx } from "../../lib/classes";
import styles from "./Button.module.css";

export type ButtonKind = "default" | "primary" | "quiet" | "danger";

interface ButtonProps extends ComponentProps<"button"> {
  kind?: ButtonKind;
  icon?: ReactNode;
  /** The action runs: the label stays, a bar moves, and clicks are ignored. */
  pending?: boolean;
}

/** A button with a label; at most one `primary` in a view. */
export function Button({ kind = "default", icon, pending = false, ...rest }: ButtonProps) {
  const { children, className, onClick, ...attributes } = rest;
  return (
    <button
      type="button"
      {...attributes}
      aria-busy={pending}
      className={cx(styles.button, styles[kind], className)}
      onClick={pending ? (event) => event.preventDefault() : onClick}
    >
      {icon}
      <span className={styles.label}>{children}</span>
    </button>
  );
}

interface IconButtonProps extends Omit<ComponentProps<"button">, "children" | "aria-label"> {
  /** The name of the control, also its tooltip. */
  label: string;
  children: ReactNode;
}

/** A button that shows only an icon. */
export function IconButton({ label, children, className, ...attributes }: IconButtonProps) {
  return (
    <button
      type="button"
      title={label}
      {...attributes}
      aria-label={label}
      className={cx(styles.icon, className)}
    >
      {children}
    </button>
  );
}
