import { EllipsisVertical } from "lucide-react";
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
  return {
    id: "menu",
    header: t("column.actions"),
    isHeaderHidden: true,
    width: "48px",
    narrow: "44px",
    cell: (row, tabIndex) => {
      const offered = actions(row).filter((action) => action !== null);
      if (offered.length === 0) return null;
      return (
        <MenuButton
          label={t("browser.rowMenu", { name: name(row) })}
          tabIndex={tabIndex}
          entries={offered}
          onAction={(id) => offered.find((action) => action.id === id)?.act()}
        >
          <EllipsisVertical size={16} aria-hidden />
        </MenuButton>
      );
    },
  };
}
