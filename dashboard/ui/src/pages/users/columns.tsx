import { EllipsisVertical, KeySquare, LockOpen, Power, PowerOff, UserCog } from "lucide-react";
import type { RoleName, User } from "../../api/schema.gen";
import { Badge, StatusDot } from "../../components/data/Status";
import { Time } from "../../components/data/Time";
import type { Column } from "../../components/grid/types";
import { type MenuEntry, MenuButton } from "../../components/layers/MenuButton";
import { t, type TextKey } from "../../lib/i18n";
import styles from "./Users.module.css";

export type UserAction = "role" | "enable" | "disable" | "reset" | "unlock";

interface ColumnFacts {
  ownId: string;
  onAction: (action: UserAction, user: User) => void;
}

export const ROLES: Record<RoleName, TextKey> = {
  admin: "role.admin",
  user: "role.user",
  readonly: "role.readonly",
};

/** Name, address, role, source, state and last sign-in of a user. */
export function userColumns(facts: ColumnFacts): Column<User>[] {
  return [
    {
      id: "name",
      header: t("signin.username"),
      width: "minmax(160px, 1fr)",
      narrow: "minmax(0, 1fr)",
      cell: ({ id, username }) => (
        <>
          <span className={styles.name} title={username}>
            {username}
          </span>
          {id === facts.ownId && <Badge tone="info">{t("users.you")}</Badge>}
        </>
      ),
    },
    {
      id: "email",
      header: t("users.email"),
      width: "minmax(160px, 1fr)",
      cell: ({ email }) => <span title={email}>{email ?? "–"}</span>,
    },
    {
      id: "role",
      header: t("users.role"),
      width: "132px",
      narrow: "104px",
      cell: ({ role }) => t(ROLES[role]),
    },
    {
      id: "source",
      header: t("users.source"),
      width: "160px",
      cell: ({ identity_source }) => <span title={identity_source}>{identity_source}</span>,
    },
    {
      id: "state",
      header: t("credentials.state"),
      width: "148px",
      cell: (user) => <State user={user} />,
    },
    {
      id: "seen",
      header: t("users.lastSignIn"),
      width: "140px",
      cell: ({ last_login_at }) => <Time at={last_login_at} />,
    },
    {
      id: "menu",
      header: t("column.actions"),
      isHeaderHidden: true,
      width: "48px",
      narrow: "44px",
      cell: (user, tabIndex) => <RowMenu user={user} facts={facts} tabIndex={tabIndex} />,
    },
  ];
}

function isLocked({ locked_until }: User): boolean {
  return locked_until !== undefined && Date.parse(locked_until) > Date.now();
}

function State({ user }: { user: User }) {
  if (!user.enabled) return <StatusDot tone="neutral">{t("credentials.stateOff")}</StatusDot>;
  if (isLocked(user)) return <StatusDot tone="warn">{t("users.locked")}</StatusDot>;
  if (user.must_change_pw) return <StatusDot tone="info">{t("users.mustChange")}</StatusDot>;
  return <StatusDot tone="ok">{t("credentials.stateOn")}</StatusDot>;
}

interface RowMenuProps {
  user: User;
  facts: ColumnFacts;
  tabIndex: 0 | -1;
}

function RowMenu({ user, facts, tabIndex }: RowMenuProps) {
  const isOwn = user.id === facts.ownId;
  const isLocal = user.identity_source === "local";
  const offered: [UserAction, boolean, MenuEntry][] = [
    ["role", !isOwn, entry("role", "users.changeRole", <UserCog aria-hidden />)],
    ["reset", isLocal, entry("reset", "users.reset", <KeySquare aria-hidden />)],
    ["unlock", isLocked(user), entry("unlock", "users.unlock", <LockOpen aria-hidden />)],
    [
      "disable",
      !isOwn && user.enabled,
      entry("disable", "credentials.disable", <PowerOff aria-hidden />),
    ],
    ["enable", !user.enabled, entry("enable", "credentials.enable", <Power aria-hidden />)],
  ];
  const entries = offered.filter(([, isOn]) => isOn);
  if (entries.length === 0) return null;
  return (
    <MenuButton
      label={t("browser.rowMenu", { name: user.username })}
      tabIndex={tabIndex}
      entries={entries.map(([, , shown]) => shown)}
      onAction={(id) => {
        const found = entries.find(([action]) => action === id);
        if (found !== undefined) facts.onAction(found[0], user);
      }}
    >
      <EllipsisVertical size={16} aria-hidden />
    </MenuButton>
  );
}

function entry(id: UserAction, text: TextKey, icon: React.ReactNode): MenuEntry {
  return { id, text: t(text), icon };
}
