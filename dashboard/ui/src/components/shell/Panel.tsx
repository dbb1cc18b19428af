import { X } from "lucide-react";
import { type ReactNode, useEffect, useRef } from "react";
import { returnFocus } from "../../lib/cover";
import { t } from "../../lib/i18n";
import { IconButton } from "../controls/Button";
import styles from "./Panel.module.css";

interface PanelProps {
  /** The name of the panel for who cannot see where it stands. */
  label: string;
  title: ReactNode;
  onClose: () => void;
  children: ReactNode;
}

/** Details beside a list, which stays alive; on small screens over it. */
export function Panel({ label, title, onClose, children }: PanelProps) {
  const panel = usePanelFocus(onClose);
  return (
    <aside ref={panel} className={styles.panel} aria-label={label} tabIndex={-1}>
      <div className={styles.head}>
        <h2 className={styles.title}>{title}</h2>
        <IconButton label={t("object.close")} onClick={onClose}>
          <X size={16} aria-hidden />
        </IconButton>
      </div>
      <div className={styles.body}>{children}</div>
    </aside>
  );
}

/** A list and, beside it, a panel. */
export function Split({ children }: { children: ReactNode }) {
  return <div className={styles.split}>{children}</div>;
}

export function SplitMain({ children }: { children: ReactNode }) {
  return <div className={styles.main}>{children}</div>;
}

/**
 * Takes focus where the panel covers the list; Escape inside it closes it. If the panel goes while
 * it has focus, focus is where it was before.
 */
export function usePanelFocus(onClose: () => void) {
  const panel = useRef<HTMLElement>(null);
  useEffect(() => {
    const isCovering = matchMedia("(max-width: 959px)").matches;
    if (isCovering) panel.current?.focus();
  }, []);
  useEffect(() => {
    let outside = document.activeElement;
    const follow = ({ target }: FocusEvent) => {
      if (target instanceof Element && panel.current?.contains(target) === false) outside = target;
    };
    document.addEventListener("focusin", follow);
    return () => {
      document.removeEventListener("focusin", follow);
      returnFocus(outside);
    };
  }, []);
  useEffect(() => {
    const element = panel.current;
    const listen = (event: KeyboardEvent) => {
      if (event.key === "Escape" && !event.defaultPrevented) onClose();
    };
    element?.addEventListener("keydown", listen);
    return () => element?.removeEventListener("keydown", listen);
  }, [onClose]);
  return panel;
}
