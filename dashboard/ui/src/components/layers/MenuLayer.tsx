import { Check } from "lucide-react";
import { Header, Menu, MenuItem, MenuSection, Popover } from "react-aria-components";
import type { MenuEntry, MenuLayerProps } from "./MenuButton";
import styles from "./MenuLayer.module.css";

/** The open menu: arrows, type-ahead, Escape, and focus back on the button afterwards. */
export default function MenuLayer(props: MenuLayerProps) {
  const { trigger, label, entries, onAction, onClose } = props;
  return (
    <Popover
      aria-label={label}
      triggerRef={trigger}
      isOpen
      onOpenChange={(isOpen) => {
        if (!isOpen) onClose();
      }}
      placement={props.placement ?? "bottom end"}
      offset={4}
      className={styles.popover ?? ""}
    >
      <Menu
        aria-label={label}
        autoFocus="first"
        className={styles.menu ?? ""}
        onAction={(id) => onAction(String(id))}
        onClose={onClose}
      >
        {groups(entries).map((group) => (
          <MenuSection key={group[0]?.id ?? ""} className={styles.section ?? ""}>
            {group[0]?.section !== undefined && group[0].section !== "" && (
              <Header className={styles.header}>{group[0].section}</Header>
            )}
            {group.map((entry) => (
              <Item key={entry.id} entry={entry} />
            ))}
          </MenuSection>
        ))}
      </Menu>
    </Popover>
  );
}

function Item({ entry }: { entry: MenuEntry }) {
  return (
    <MenuItem
      id={entry.id}
      textValue={entry.text}
      className={styles.item ?? ""}
      data-keys={entry.keys}
      data-danger={entry.isDanger === true}
    >
      {entry.icon}
      <span className={styles.text}>{entry.text}</span>
      {entry.isChosen === true && <Check size={14} aria-hidden />}
    </MenuItem>
  );
}

function groups(entries: readonly MenuEntry[]): MenuEntry[][] {
  const found: MenuEntry[][] = [];
  for (const entry of entries) {
    const last = found.at(-1);
    if (last === undefined || entry.section !== undefined) found.push([entry]);
    else last.push(entry);
  }
  return found;
}
