import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { signInsQuery } from "../../api/audit";
import type { User } from "../../api/schema.gen";
import { Time } from "../../components/data/Time";
import { Refusal } from "../../components/forms/Refusal";
import { t } from "../../lib/i18n";
import { agentWords } from "../account/agent";
import styles from "./Users.module.css";

const SHOWN = 10;

/** When, from where and with what somebody signed in last. */
export function SignIns({ user }: { user: User }) {
  const events = useQuery(signInsQuery(user.id, SHOWN));
  return (
    <>
      <h3 id="sign-ins">{t("users.signIns")}</h3>
      <Refusal error={events.error} />
      {events.data?.length === 0 && <p>{t("users.noSignIns")}</p>}
      {events.data !== undefined && events.data.length > 0 && (
        <ul className={styles.signIns} aria-labelledby="sign-ins">
          {events.data.map(({ id, timestamp, ip, user_agent: agent = "" }) => (
            <li key={id}>
              <Time at={timestamp} />
              <span>{ip ?? "–"}</span>
              <span title={agent}>{agentWords(agent)}</span>
            </li>
          ))}
        </ul>
      )}
      <p>
        <Link to="/admin/audit" search={{ user: user.id }}>
          {t("users.allDone")}
        </Link>
      </p>
    </>
  );
}
