import { Link } from "@tanstack/react-router";
import { KeySquare, LockOpen, Mail, Power, PowerOff, Trash2, UserCog } from "lucide-react";
import type { ReactNode } from "react";
import type { RoleName, User } from "../../api/schema.gen";
import { isDeclared, Source } from "../../components/data/Source";
import { Badge, StatusDot } from "../../components/data/Status";
import { Time } from "../../components/data/Time";
import { menuColumn, type RowAction } from "../../components/grid/menuColumn";
import type { Column } from "../../components/grid/types";
import { t, type TextKey } from "../../lib/i18n";
import styles from "./Users.module.css";

export type UserAction = "role" | "email" | "enable" | "disable" | "reset" | "unlock" | "delete";

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
          <Link
            from="/admin/users"
            to="."
            search={(old) => ({ ...old, user: id })}
            className={styles.name}
            title={username}
            tabIndex={-1}
          >
            {username}
          </Link>
          {id === facts.ownId && <Badge tone="info">{t("users.you")}</Badge>}
        </>
      ),
    },
    {
      id: "email",
      isExtra: true,
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
      isExtra: true,
      header: t("users.source"),
      width: "160px",
      cell: (user) =>
        isDeclared(user) ? (
          <Source {...user} />
        ) : (
          <span title={user.identity_source}>{user.identity_source}</span>
        ),
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
    menuColumn(
      ({ username }) => username,
      (user) => userActions(user, facts),
    ),
  ];
}

function isLocked({ locked_until }: User): boolean {
  return locked_until !== undefined && Date.parse(locked_until) > Date.now();
}

/** Whether somebody may come in. */
export function State({ user }: { user: User }) {
  if (!user.enabled) return <StatusDot tone="neutral">{t("credentials.stateOff")}</StatusDot>;
  if (isLocked(user)) return <StatusDot tone="warn">{t("users.locked")}</StatusDot>;
  if (user.must_change_pw) return <StatusDot tone="info">{t("users.mustChange")}</StatusDot>;
  return <StatusDot tone="ok">{t("credentials.stateOn")}</StatusDot>;
}

/** What can be done with a user; what YAML declares is changed there. */
export function userActions(user: User, { ownId, onAction }: ColumnFacts): RowAction[] {
  const isOther = user.id !== ownId && !isDeclared(user);
  const isLocal = user.identity_source === "local" && !isDeclared(user);
  const offered: [UserAction, boolean, TextKey, ReactNode][] = [
    ["role", isOther, "users.changeRole", <UserCog aria-hidden />],
    ["email", isLocal, "users.changeEmail", <Mail aria-hidden />],
    ["reset", isLocal, "users.reset", <KeySquare aria-hidden />],
    ["unlock", isLocked(user), "users.unlock", <LockOpen aria-hidden />],
    ["disable", isOther && user.enabled, "credentials.disable", <PowerOff aria-hidden />],
    ["enable", isOther && !user.enabled, "credentials.enable", <Power aria-hidden />],
    ["delete", isOther, "action.delete", <Trash2 aria-hidden />],
  ];
  return offered
    .filter(([, isOn]) => isOn)
    .map(([id, , text, icon]) => ({
      id,
      text: t(text),
      icon,
      ...(id === "delete" && { isDanger: true, section: "" }),
      act: () => onAction(id, user),
    }));
}
