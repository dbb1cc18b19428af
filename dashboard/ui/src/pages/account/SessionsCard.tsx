import { useQuery } from "@tanstack/react-query";
import { endOtherSessions, endSession, sessionsQuery } from "../../api/account";
import type { Session } from "../../api/schema.gen";
import { Button } from "../../components/controls/Button";
import { Badge } from "../../components/data/Status";
import { Time } from "../../components/data/Time";
import { useQuickAction } from "../../components/feedback/useAction";
import { Refusal } from "../../components/forms/Refusal";
import sheet from "../../components/shell/Sheet.module.css";
import { t } from "../../lib/i18n";
import styles from "./Account.module.css";
import { agentWords } from "./agent";

const STALE = [sessionsQuery.queryKey];

/** Where one is signed in, and the way to end what one does not know. */
export function SessionsCard() {
  const sessions = useQuery(sessionsQuery);
  const endOthers = useQuickAction(endOtherSessions, STALE);
  const others = sessions.data?.filter(({ current }) => !current) ?? [];
  return (
    <section className={sheet.card} aria-labelledby="sessions">
      <div className={styles.cardHead}>
        <h2 id="sessions">{t("sessions.title")}</h2>
        {others.length > 0 && (
          <Button pending={endOthers.isPending} onClick={() => endOthers.mutate()}>
            {t("sessions.endOthers")}
          </Button>
        )}
      </div>
      <Refusal error={sessions.error} />
      <ul className={styles.sessions}>
        {sessions.data?.map((session) => (
          <Row key={session.id} session={session} />
        ))}
      </ul>
    </section>
  );
}

function Row({ session }: { session: Session }) {
  const end = useQuickAction(endSession, STALE);
  const name = agentWords(session.user_agent);
  return (
    <li>
      <strong title={session.user_agent}>
        {name} {session.current && <Badge tone="info">{t("sessions.this")}</Badge>}
      </strong>
      <span className={styles.when}>
        {session.ip} · {t("sessions.seen")} <Time at={session.last_seen_at} />
      </span>
      {!session.current && (
        <Button
          className={styles.end}
          aria-label={t("sessions.endOf", { name })}
          pending={end.isPending}
          onClick={() => end.mutate(session.id)}
        >
          {t("sessions.end")}
        </Button>
      )}
    </li>
  );
}
