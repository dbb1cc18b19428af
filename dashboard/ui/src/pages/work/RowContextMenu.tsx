import { useRef } from "react";
import type { Point } from "../../components/grid/rowMenu";
import type { RowAction } from "../../components/grid/menuColumn";
import MenuLayer from "../../components/layers/MenuLayer";
import styles from "./Work.module.css";

interface RowContextMenuProps {
  label: string;
  at: Point;
  actions: readonly RowAction[];
  onClose: () => void;
}

/** The menu of a row where the pointer was; focus goes back to the row. */
export default function RowContextMenu({ label, at, actions, onClose }: RowContextMenuProps) {
  const place = useRef<HTMLSpanElement>(null);
  return (
    <>
      <span
        ref={place}
        aria-hidden
        className={styles.pointed}
        style={{ insetInlineStart: at.x, insetBlockStart: at.y }}
      />
      <MenuLayer
        // Another place is another menu: one that is open does not wander.
        key={`${at.x} ${at.y}`}
        trigger={place}
        label={label}
        placement="bottom start"
        entries={actions}
        onAction={(id) => actions.find((action) => action.id === id)?.act()}
        onClose={onClose}
      />
    </>
  );
}
