import { Power, PowerOff, Trash2, UserCog, UsersRound, X } from "lucide-react";
import type { ReactNode } from "react";
import { Button, IconButton } from "../../components/controls/Button";
import { t, type TextKey } from "../../lib/i18n";
import type { BulkAction } from "./BulkDialog";
import styles from "./Users.module.css";

interface UserToolsProps {
  count: number;
  onAct: (action: BulkAction) => void;
  onClear: () => void;
}

const OFFERED: readonly (readonly [action: BulkAction, text: TextKey, icon: ReactNode])[] = [
  ["role", "users.changeRole", <UserCog key="role" size={16} aria-hidden />],
  ["group", "users.addToGroup", <UsersRound key="group" size={16} aria-hidden />],
  ["disable", "credentials.disable", <PowerOff key="off" size={16} aria-hidden />],
  ["enable", "credentials.enable", <Power key="on" size={16} aria-hidden />],
  ["delete", "action.delete", <Trash2 key="delete" size={16} aria-hidden />],
];

/** What can be done with all users that are selected. */
export function UserTools({ count, onAct, onClear }: UserToolsProps) {
  return (
    <div className={styles.bulk} role="toolbar" aria-label={t("users.bulkTools")}>
      <IconButton label={t("browser.clearSelection")} onClick={onClear}>
        <X size={16} aria-hidden />
      </IconButton>
      <p role="status">{t("browser.selected", { count })}</p>
      {OFFERED.map(([action, text, icon]) => (
        <Button key={action} icon={icon} onClick={() => onAct(action)}>
          {t(text)}
        </Button>
      ))}
    </div>
  );
}
