import { type ComponentType, lazy, type ReactNode, Suspense, useRef, useState } from "react";
import { cx } from "../../lib/classes";
import buttons from "../controls/Button.module.css";

export interface MenuEntry {
  id: string;
  text: string;
  icon?: ReactNode;
  isDanger?: boolean;
  /** The keys that do the same. */
  keys?: string;
  /** Given where the entry is one of a choice. */
  isChosen?: boolean;
  /** Starts a new group, with this title. */
  section?: string;
}

const MenuLayer: ComponentType<MenuLayerProps> = lazy(() => import("./MenuLayer"));

export interface MenuLayerProps {
  trigger: React.RefObject<HTMLElement | null>;
  label: string;
  placement?: "bottom start" | "bottom end";
  entries: readonly MenuEntry[];
  onAction: (id: string) => void;
  onClose: () => void;
}

interface MenuButtonProps {
  /** The name of the button and of its menu. */
  label: string;
  /** What it offers, or what tells that when it is opened. */
  entries: readonly MenuEntry[] | (() => readonly MenuEntry[] | Promise<readonly MenuEntry[]>);
  onAction: (id: string) => void;
  children: ReactNode;
  className?: string | undefined;
  tabIndex?: number;
}

/** A button that opens a menu; the menu's code is loaded when it is first opened. */
export function MenuButton({ label, children, className, tabIndex, ...menu }: MenuButtonProps) {
  const trigger = useRef<HTMLButtonElement>(null);
  const [offered, setOffered] = useState<readonly MenuEntry[] | null>(null);
  const open = async () => {
    setOffered(await (typeof menu.entries === "function" ? menu.entries() : menu.entries));
  };
  return (
    <>
      <button
        ref={trigger}
        type="button"
        className={cx(className ?? buttons.icon)}
        aria-label={label}
        title={label}
        aria-haspopup="menu"
        aria-expanded={offered !== null}
        tabIndex={tabIndex}
        onClick={(event) => {
          event.stopPropagation();
          void open();
        }}
      >
        {children}
      </button>
      {offered !== null && (
        <Suspense>
          <MenuLayer
            entries={offered}
            onAction={menu.onAction}
            label={label}
            trigger={trigger}
            onClose={() => setOffered(null)}
          />
        </Suspense>
      )}
    </>
  );
}
