import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import type { Token } from "../../api/schema.gen";
import { tokensQuery } from "../../api/tokens";
import { Button } from "../../components/controls/Button";
import { Badge } from "../../components/data/Status";
import { Time } from "../../components/data/Time";
import { Refusal } from "../../components/forms/Refusal";
import sheet from "../../components/shell/Sheet.module.css";
import { t } from "../../lib/i18n";
import styles from "./Account.module.css";
import { hasExpired, reachLines } from "./tokenValues";

const TokenDialogs = lazy(() => import("./TokenDialogs"));

export type TokenDialog = { kind: "create" } | { kind: "revoke"; token: Token };

/** What scripts come in with, how far each of them gets, and the way to stop one. */
export function TokensCard() {
  const tokens = useQuery(tokensQuery);
  const [dialog, setDialog] = useState<TokenDialog | null>(null);
  return (
    <section className={sheet.card} aria-labelledby="tokens">
      <div className={styles.cardHead}>
        <h2 id="tokens">{t("tokens.title")}</h2>
        <Button icon={<Plus size={16} aria-hidden />} onClick={() => setDialog({ kind: "create" })}>
          {t("tokens.create")}
        </Button>
      </div>
      <p>
        {t("tokens.note")}{" "}
        <a href="/docs/how-to/use-an-api-token" target="_blank" rel="noopener">
          {t("tokens.docs")}
        </a>
      </p>
      <Refusal error={tokens.error} />
      {tokens.isPending && <p role="status">{t("state.loading")}</p>}
      {tokens.data?.length === 0 && <p>{t("tokens.none")}</p>}
      <ul className={styles.sessions} aria-labelledby="tokens">
        {tokens.data?.map((token) => (
          <Row key={token.id} token={token} onRevoke={() => setDialog({ kind: "revoke", token })} />
        ))}
      </ul>
      <Suspense>
        {dialog !== null && <TokenDialogs dialog={dialog} onClose={() => setDialog(null)} />}
      </Suspense>
    </section>
  );
}

function Row({ token, onRevoke }: { token: Token; onRevoke: () => void }) {
  const isOver = hasExpired(token);
  return (
    <li>
      <strong>
        {token.name} {isOver && <Badge tone="err">{t("credentials.stateExpired")}</Badge>}
      </strong>
      <span className={styles.lines}>
        {reachLines(token).map((line, index) => (
          <span key={index}>{line}</span>
        ))}
        <span>
          {t("tokens.ends")} <Time at={token.expires_at} /> ·{" "}
          {token.last_used_at === undefined ? (
            t("tokens.neverUsed")
          ) : (
            <>
              {t("tokens.used")} <Time at={token.last_used_at} />
            </>
          )}
        </span>
      </span>
      <Button
        className={styles.end}
        aria-label={t("tokens.revokeOf", { name: token.name })}
        onClick={onRevoke}
      >
        {t("tokens.revoke")}
      </Button>
    </li>
  );
}
