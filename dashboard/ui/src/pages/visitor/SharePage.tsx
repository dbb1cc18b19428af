import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { Link2Off } from "lucide-react";
import { ApiError } from "../../api/error";
import { errorWords } from "../../api/errorText";
import type { SharedItem } from "../../api/schema.gen";
import { sharedQuery } from "../../api/visitor";
import { Button } from "../../components/controls/Button";
import { EmptyState } from "../../components/feedback/EmptyState";
import { Mark } from "../../components/shell/Mark";
import { formatDateTime } from "../../lib/format";
import { t } from "../../lib/i18n";
import { PRODUCT } from "../../lib/product";
import { useTitle } from "../../lib/useTitle";
import { Inbox } from "./Inbox";
import { SharedFiles } from "./SharedFiles";
import { SharedObject } from "./SharedObject";
import { Unlock } from "./Unlock";
import styles from "./Visitor.module.css";

/** What somebody with a link sees: no account, no shell, on any screen. */
export function SharePage() {
  const { code } = useParams({ from: "/s/$code" });
  const shared = useQuery(sharedQuery(code));
  useTitle(shared.data?.name ?? t("visitor.title"));
  return (
    <div className={styles.page}>
      <header className={styles.brand}>
        <Mark size={22} />
        <span>{PRODUCT}</span>
      </header>
      <main className={styles.main}>
        {shared.isPending && <p role="status">{t("state.loading")}</p>}
        {shared.isError && (
          <Closed code={code} error={shared.error} onRetry={() => void shared.refetch()} />
        )}
        {shared.data !== undefined && <Shared code={code} item={shared.data} />}
      </main>
    </div>
  );
}

function Shared({ code, item }: { code: string; item: SharedItem }) {
  return (
    <section className={styles.card} aria-labelledby="shared">
      <h1 id="shared" className={styles.name}>
        {item.name}
      </h1>
      {item.note !== undefined && <p className={styles.note}>{item.note}</p>}
      {item.kind === "object" && <SharedObject code={code} item={item} />}
      {item.kind === "upload" && <Inbox code={code} item={item} />}
      {(item.kind === "folder" || item.kind === "objects") && (
        <SharedFiles code={code} isFree={item.max_downloads === undefined} />
      )}
      <p className={styles.facts}>
        {item.expires_at !== undefined && (
          <span>{t("visitor.until", { time: formatDateTime(item.expires_at) })}</span>
        )}
        {item.downloads_left !== undefined && (
          <span>{t("visitor.left", { count: item.downloads_left })}</span>
        )}
      </p>
    </section>
  );
}

interface ClosedProps {
  code: string;
  error: Error;
  onRetry: () => void;
}

/** A password is asked for, or it is said why the link does not open. */
function Closed({ code, error, onRetry }: ClosedProps) {
  const isLocked = error instanceof ApiError && error.code === "password_required";
  if (isLocked) return <Unlock code={code} />;
  const words = errorWords(error);
  const mayHelp = error instanceof ApiError && error.retryable;
  return (
    <EmptyState
      isPage
      icon={<Link2Off size={28} aria-hidden />}
      title={words.title}
      text={`${words.message} ${words.cure}`}
      action={mayHelp && <Button onClick={onRetry}>{t("action.retry")}</Button>}
    />
  );
}
