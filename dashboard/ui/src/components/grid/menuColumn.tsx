import { EllipsisVertical } from "lucide-react";
import { useRef } from "react";
import { t } from "../../lib/i18n";
import { type MenuEntry, MenuButton } from "../layers/MenuButton";
import type { Column } from "./types";

export interface RowAction extends MenuEntry {
  act: () => void;
}

/** The last column: what can be done with a row. Rows without an action have no button. */
export function menuColumn<Row>(
  name: (row: Row) => string,
  actions: (row: Row) => readonly (RowAction | null)[],
): Column<Row> {
  return asColumn((row, tabIndex) => {
    const offered = actions(row).filter((action) => action !== null);
    if (offered.length === 0) return null;
    return <RowMenu name={name(row)} actions={() => offered} tabIndex={tabIndex} />;
  });
}

/** The same for long lists: what can be done is asked when the menu is opened. */
export function lateMenuColumn<Row>(
  name: (row: Row) => string,
  actions: (row: Row) => Promise<readonly RowAction[]>,
): Column<Row> {
  return asColumn((row, tabIndex) => (
    <RowMenu name={name(row)} actions={() => actions(row)} tabIndex={tabIndex} />
  ));
}

function asColumn<Row>(cell: Column<Row>["cell"]): Column<Row> {
  return {
    id: "menu",
    header: t("column.actions"),
    isHeaderHidden: true,
    width: "48px",
    narrow: "44px",
    cell,
  };
}

interface RowMenuProps {
  name: string;
  actions: () => readonly RowAction[] | Promise<readonly RowAction[]>;
  tabIndex: 0 | -1;
}

function RowMenu({ name, actions, tabIndex }: RowMenuProps) {
  const offered = useRef<readonly RowAction[]>([]);
  return (
    <MenuButton
      label={t("browser.rowMenu", { name })}
      tabIndex={tabIndex}
      entries={async () => (offered.current = await actions())}
      onAction={(id) => offered.current.find((action) => action.id === id)?.act()}
    >
      <EllipsisVertical size={16} aria-hidden />
    </MenuButton>
  );
}
