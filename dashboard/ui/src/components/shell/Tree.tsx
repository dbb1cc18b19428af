import { ChevronRight } from "lucide-react";
import {
  type FocusEvent,
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
  useEffect,
  useRef,
} from "react";
import { cx } from "../../lib/classes";
import { t } from "../../lib/i18n";
import styles from "./Tree.module.css";

interface TreeProps {
  labelledBy: string;
  children: ReactNode;
}

/** A tree of links after the ARIA pattern: one stop for Tab, arrows inside. */
export function Tree({ labelledBy, children }: TreeProps) {
  const root = useRef<HTMLUListElement>(null);
  useEffect(() => {
    if (root.current !== null) keepOneStop(root.current);
  });
  return (
    <ul
      ref={root}
      role="tree"
      aria-labelledby={labelledBy}
      className={styles.tree}
      onKeyDown={(event) => moveFocus(event)}
      onFocus={(event) => makeOnlyStop(event)}
    >
      {children}
    </ul>
  );
}

interface TreeItemProps {
  label: string;
  icon: ReactNode;
  href: string;
  onOpen: (href: string) => void;
  isCurrent: boolean;
  /** From 1. */
  level: number;
  /** Given with `onToggle` where the item has children. */
  isOpen?: boolean;
  onToggle?: (isOpen: boolean) => void;
  trailing?: ReactNode;
  children?: ReactNode;
}

export function TreeItem({
  label,
  icon,
  href,
  onOpen,
  isCurrent,
  isOpen,
  onToggle,
  ...rest
}: TreeItemProps) {
  const { level } = rest;
  const open = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    onOpen(href);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget) return;
    if (event.key === "Enter") onOpen(href);
    else if (event.key === "ArrowRight" && isOpen === false) onToggle?.(true);
    else if (event.key === "ArrowLeft" && isOpen === true) onToggle?.(false);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <li role="none">
      <div
        role="treeitem"
        aria-level={level}
        aria-expanded={isOpen}
        aria-current={isCurrent ? "page" : undefined}
        aria-selected={isCurrent}
        tabIndex={-1}
        className={styles.row}
        onKeyDown={onKeyDown}
      >
        {onToggle !== undefined && (
          <span
            className={styles.toggle}
            title={isOpen === true ? t("tree.close") : t("tree.open")}
            onClick={() => onToggle(isOpen !== true)}
          >
            <ChevronRight size={14} aria-hidden className={cx(isOpen === true && styles.open)} />
          </span>
        )}
        <a href={href} tabIndex={-1} className={styles.link} onClick={open} title={label}>
          {icon}
          <span className={styles.label}>{label}</span>
        </a>
        {rest.trailing}
      </div>
      {rest.children !== undefined && rest.children !== false && (
        <ul role="group">{rest.children}</ul>
      )}
    </li>
  );
}

const STEPS: Readonly<Record<string, (index: number, count: number) => number>> = {
  ArrowDown: (index, count) => Math.min(count - 1, index + 1),
  ArrowUp: (index) => Math.max(0, index - 1),
  Home: () => 0,
  End: (_index, count) => count - 1,
};

function moveFocus(event: KeyboardEvent<HTMLUListElement>): void {
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>("[role=treeitem]")];
  const index = items.findIndex((item) => item === event.target);
  if (event.key === "ArrowLeft") {
    const level = Number(items[index]?.ariaLevel);
    items.findLast((item, at) => at < index && Number(item.ariaLevel) < level)?.focus();
    return;
  }
  const step = STEPS[event.key];
  if (step === undefined || index < 0) return;
  event.preventDefault();
  items[step(index, items.length)]?.focus();
}

/** Tab comes back to the item that had focus last. */
function makeOnlyStop(event: FocusEvent<HTMLUListElement>): void {
  const focused = event.target.closest("[role=treeitem]");
  for (const item of event.currentTarget.querySelectorAll<HTMLElement>("[role=treeitem]")) {
    item.tabIndex = item === focused ? 0 : -1;
  }
}

/** Without an item that Tab stops at, the current one becomes it, else the first. */
function keepOneStop(root: HTMLUListElement): void {
  if (root.querySelector("[role=treeitem][tabindex='0']") !== null) return;
  const current = root.querySelector<HTMLElement>("[role=treeitem][aria-current=page]");
  const stop = current ?? root.querySelector<HTMLElement>("[role=treeitem]");
  if (stop !== null) stop.tabIndex = 0;
}
