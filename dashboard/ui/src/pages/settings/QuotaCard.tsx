import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Place } from "../../api/objects";
import { problemAt } from "../../api/problems";
import type { Quota } from "../../api/schema.gen";
import { deleteQuota, putQuota, quotaQuery, recomputeQuota } from "../../api/settings";
import { Button } from "../../components/controls/Button";
import { Field } from "../../components/controls/Field";
import { Meter } from "../../components/data/Meter";
import { isDeclared, Source } from "../../components/data/Source";
import { Time } from "../../components/data/Time";
import { Banner } from "../../components/feedback/Banner";
import { ErrorState } from "../../components/feedback/ErrorState";
import { useAction } from "../../components/feedback/useAction";
import { Refusal } from "../../components/forms/Refusal";
import { formatBytes } from "../../lib/format";
import { t } from "../../lib/i18n";
import { parseBytes, typedBytes } from "../../lib/sizes";
import styles from "./Settings.module.css";

/** How much may be stored here, and how much is. */
export function QuotaCard({ place }: { place: Place }) {
  const query = quotaQuery(place);
  const quota = useQuery(query);
  const recount = useAction(() => recomputeQuota(place), {
    stale: [query.queryKey],
    done: t("quota.counted"),
  });
  if (quota.isError) return <ErrorState error={quota.error} onRetry={() => void quota.refetch()} />;
  if (quota.data === undefined) return <p role="status">{t("state.loading")}</p>;
  const { soft_bytes: soft = 0, hard_bytes: hard = 0, usage_bytes: used = 0 } = quota.data;
  return (
    <div className={styles.editor}>
      {quota.data.has_usage && (
        <p>
          {t("quota.used", { size: formatBytes(used), count: quota.data.object_count ?? 0 })}{" "}
          <Time at={quota.data.computed_at} />
        </p>
      )}
      {(soft > 0 || hard > 0) && (
        <Meter label={t("quota.title")} used={used} soft={soft} hard={hard} />
      )}
      <Refusal error={recount.error} />
      <div>
        <Button pending={recount.isPending} onClick={() => recount.mutate()}>
          {t("quota.recount")}
        </Button>
      </div>
      {isDeclared(quota.data) ? (
        <Banner tone="info">
          {t("quota.declared")} <Source {...quota.data} />
        </Banner>
      ) : (
        <QuotaForm key={quota.dataUpdatedAt} place={place} quota={quota.data} />
      )}
    </div>
  );
}

function QuotaForm({ place, quota }: { place: Place; quota: Quota }) {
  const stored = {
    soft: typedBytes(quota.soft_bytes ?? 0),
    hard: typedBytes(quota.hard_bytes ?? 0),
  };
  const [typed, setTyped] = useState(stored);
  const soft = parseBytes(typed.soft);
  const hard = parseBytes(typed.hard);
  const isCrossed = soft !== null && hard !== null && hard > 0 && soft > hard;
  const isWrong = soft === null || hard === null || isCrossed;
  const outcome = {
    stale: [quotaQuery(place).queryKey, ["backends"]],
    done: t("editor.saved"),
  };
  const save = useAction(
    () => putQuota(place, { soft_bytes: soft ?? 0, hard_bytes: hard ?? 0 }),
    outcome,
  );
  const remove = useAction(() => deleteQuota(place), outcome);
  return (
    <form
      className={styles.editor}
      onSubmit={(event) => {
        event.preventDefault();
        if (!isWrong) save.mutate();
      }}
    >
      <Refusal error={save.error ?? remove.error} />
      <div className={styles.two}>
        <Field
          label={t("quota.soft")}
          hint={t("quota.softHint")}
          problem={
            soft === null
              ? t("quota.noSize")
              : isCrossed
                ? t("quota.crossed")
                : problemAt(save.error, "soft_bytes")
          }
          value={typed.soft}
          onChange={({ target }) => setTyped({ ...typed, soft: target.value })}
        />
        <Field
          label={t("quota.hard")}
          hint={t("quota.hardHint")}
          problem={hard === null ? t("quota.noSize") : problemAt(save.error, "hard_bytes")}
          value={typed.hard}
          onChange={({ target }) => setTyped({ ...typed, hard: target.value })}
        />
      </div>
      <div className={styles.tools}>
        <Button
          kind="primary"
          type="submit"
          disabled={isWrong || (typed.soft === stored.soft && typed.hard === stored.hard)}
          pending={save.isPending}
        >
          {t("action.save")}
        </Button>
        {quota.configured && (
          <Button pending={remove.isPending} onClick={() => remove.mutate()}>
            {t("quota.remove")}
          </Button>
        )}
      </div>
    </form>
  );
}
