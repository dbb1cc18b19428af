import { CircleAlert, Lock } from "lucide-react";
import { ApiError } from "../../api/error";
import { errorWords } from "../../api/errorText";
import { t } from "../../lib/i18n";
import { Button } from "../controls/Button";
import { Copy } from "../controls/Copy";
import { HealthLink } from "./HealthLink";
import styles from "./States.module.css";

interface ErrorStateProps {
  error: unknown;
  onRetry?: () => void;
  isPage?: boolean;
}

/** Something failed or is not allowed: what, why, what to do, and the request id to report. */
export function ErrorState({ error, onRetry, isPage = false }: ErrorStateProps) {
  const words = errorWords(error);
  const isForbidden = error instanceof ApiError && error.status === 403;
  const Title = isPage ? "h1" : "h2";
  const Icon = isForbidden ? Lock : CircleAlert;
  return (
    <div className={styles.state} role="alert">
      <Icon size={24} aria-hidden className={isForbidden ? undefined : styles.failed} />
      <Title className={styles.title}>{words.title}</Title>
      <p className={styles.text}>{words.message}</p>
      {words.cure !== "" && <p className={styles.text}>{words.cure}</p>}
      <div className={styles.actions}>
        {onRetry !== undefined && !isForbidden && (
          <Button onClick={onRetry}>{t("action.retry")}</Button>
        )}
        <HealthLink error={error} />
      </div>
      {error instanceof ApiError && error.requestId !== null && <RequestId id={error.requestId} />}
    </div>
  );
}

function RequestId({ id }: { id: string }) {
  return (
    <p className={styles.request}>
      {t("error.requestId")} <code>{id}</code>
      <Copy text={id} label={t("error.copyRequestId")} />
    </p>
  );
}
