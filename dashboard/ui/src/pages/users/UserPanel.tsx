import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { userAccessQuery } from "../../api/access";
import type { User } from "../../api/schema.gen";
import { Button } from "../../components/controls/Button";
import { Fact, Facts } from "../../components/data/Facts";
import { Source } from "../../components/data/Source";
import { Time } from "../../components/data/Time";
import type { RowAction } from "../../components/grid/menuColumn";
import { Panel } from "../../components/shell/Panel";
import { formatExact } from "../../lib/format";
import { t } from "../../lib/i18n";
import { AccessList } from "../admin/AccessList";
import { ROLES, State } from "./columns";
import { SignIns } from "./SignIns";
import styles from "./Users.module.css";

interface UserPanelProps {
  user: User;
  actions: readonly RowAction[];
  onClose: () => void;
}

/** Who somebody is, what can be done about it, and what the person may do now. */
export function UserPanel({ user, actions, onClose }: UserPanelProps) {
  const access = useQuery(userAccessQuery(user.id));
  return (
    <Panel
      label={t("users.panel", { name: user.username })}
      title={user.username}
      onClose={onClose}
    >
      <div className={styles.actions}>
        {actions.map(({ id, text, icon, act }) => (
          <Button key={id} icon={<span className={styles.icon}>{icon}</span>} onClick={act}>
            {text}
          </Button>
        ))}
      </div>
      <Facts>
        <Fact name={t("credentials.state")}>
          <State user={user} />
        </Fact>
        <Fact name={t("users.role")}>{t(ROLES[user.role])}</Fact>
        <Fact name={t("users.email")} value={user.email} copied={user.email} />
        <Fact name={t("users.signsIn")} value={user.identity_source} />
        <Fact name={t("users.source")}>
          <Source {...user} />
        </Fact>
        <Fact name={t("column.created")}>{formatExact(user.created_at)}</Fact>
        <Fact name={t("users.lastSignIn")}>
          <Time at={user.last_login_at} />
        </Fact>
        {user.locked_until !== undefined && (
          <Fact name={t("users.lockedUntil")}>{formatExact(user.locked_until)}</Fact>
        )}
        <Fact name={t("object.id")} value={user.id} copied={user.id} />
      </Facts>
      <SignIns user={user} />
      <h3>{t("users.mayDo")}</h3>
      <AccessList query={access} />
      <p>
        <Link to="/admin/access" search={{ tab: "explain", who: user.username }}>
          {t("users.explain")}
        </Link>
      </p>
    </Panel>
  );
}
