import { useQuery } from "@tanstack/react-query";
import { FileCode, RefreshCw } from "lucide-react";
import { useState } from "react";
import { configKey, planQuery, reloadConfig } from "../../../api/config";
import type { ConfigPlan, ConfigState } from "../../../api/schema.gen";
import { Button } from "../../../components/controls/Button";
import { EmptyState } from "../../../components/feedback/EmptyState";
import { ErrorState } from "../../../components/feedback/ErrorState";
import { useAction } from "../../../components/feedback/useAction";
import { ConfirmDialog } from "../../../components/forms/ConfirmDialog";
import { Refusal } from "../../../components/forms/Refusal";
import sheet from "../../../components/shell/Sheet.module.css";
import { t } from "../../../lib/i18n";
import styles from "./Config.module.css";
import { LastReload } from "./LastReload";
import { Differences } from "./Differences";

/** Whether the file is in force, what it would change, and where reality differs from it. */
export function FileView({ state }: { state: ConfigState }) {
  if (state.values.every(({ source }) => source !== "file")) {
    return (
      <EmptyState
        icon={<FileCode size={28} aria-hidden />}
        title={t("config.noFile")}
        text={t("config.noFileText")}
      />
    );
  }
  return (
    <div className={sheet.page}>
      <LastReload state={state} />
      <Comparison />
    </div>
  );
}

function Comparison() {
  const plan = useQuery(planQuery);
  const hash = plan.data?.hash ?? "";
  const [isAsking, setAsking] = useState(false);
  const reload = useAction(() => reloadConfig(hash), {
    stale: [configKey],
    done: ({ outcome }) =>
      outcome === "unchanged" ? t("config.nothingNew") : t("config.takenOver"),
    onDone: () => setAsking(false),
  });
  const losesSomething = plan.data?.steps.some(({ destructive }) => destructive) === true;
  const check = () => {
    reload.reset();
    void plan.refetch();
  };
  return (
    <section className={sheet.card} aria-labelledby="config-check">
      <div className={styles.cardHead}>
        <h2 id="config-check">{t("config.comparison")}</h2>
        <div className={styles.tools}>
          <Button
            icon={<RefreshCw size={16} aria-hidden />}
            pending={plan.isFetching}
            onClick={check}
          >
            {t("config.check")}
          </Button>
          <Button
            kind="primary"
            // Without a hash the file cannot be used, or nobody has seen what it would do.
            disabled={hash === "" || plan.isFetching}
            pending={reload.isPending}
            onClick={() => (losesSomething ? setAsking(true) : reload.mutate())}
          >
            {t("config.reload")}
          </Button>
        </div>
      </div>
      {!isAsking && <Refusal error={reload.error} />}
      {plan.isError && <ErrorState error={plan.error} onRetry={check} />}
      {plan.isPending && <p role="status">{t("config.checking")}</p>}
      {plan.data !== undefined && <Differences plan={plan.data} />}
      {isAsking && (
        <ConfirmDialog
          title={t("config.reload")}
          action={t("config.reload")}
          act={reload}
          isDanger
          onClose={() => setAsking(false)}
        >
          <p>{t("config.destroys")}</p>
          <Lost plan={plan.data} />
        </ConfirmDialog>
      )}
    </section>
  );
}

function Lost({ plan }: { plan: ConfigPlan | undefined }) {
  const lost = plan?.steps.filter(({ destructive }) => destructive) ?? [];
  return (
    <ul className={styles.lines}>
      {lost.map(({ kind, id }) => (
        <li key={`${kind}/${id}`}>
          <code>
            {kind} {id}
          </code>
        </li>
      ))}
    </ul>
  );
}
