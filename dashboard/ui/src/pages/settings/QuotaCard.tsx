import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Place } from "../../api/objects";
import type { Quota } from "../../api/schema.gen";
import { deleteQuota, putQuota, quotaQuery, recomputeQuota } from "../../api/settings";
import { Button } from "../../components/controls/Button";
import { Meter } from "../../components/data/Meter";
import { isDeclared, Source } from "../../components/data/Source";
import { Time } from "../../components/data/Time";
import { Banner } from "../../components/feedback/Banner";
import { ErrorState } from "../../components/feedback/ErrorState";
import { useAction } from "../../components/feedback/useAction";
import { Refusal } from "../../components/forms/Refusal";
import { formatBytes } from "../../lib/format";
import { t } from "../../lib/i18n";
import { LimitFields } from "./LimitFields";
import { judgeLimits, typedLimits } from "./limits";
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
  const stored = typedLimits(quota);
  const [typed, setTyped] = useState(stored);
  const { soft_bytes, hard_bytes, isSound } = judgeLimits(typed);
  const outcome = {
    stale: [quotaQuery(place).queryKey, ["backends"]],
    done: t("editor.saved"),
  };
  const save = useAction(() => putQuota(place, { soft_bytes, hard_bytes }), outcome);
  const remove = useAction(() => deleteQuota(place), outcome);
  const isChanged = typed.soft !== stored.soft || typed.hard !== stored.hard;
  return (
    <form
      className={styles.editor}
      onSubmit={(event) => {
        event.preventDefault();
        if (isSound) save.mutate();
      }}
    >
      <Refusal error={save.error ?? remove.error} />
      <LimitFields typed={typed} onChange={setTyped} error={save.error} />
      <div className={styles.tools}>
        <Button
          kind="primary"
          type="submit"
          disabled={!isSound || !isChanged}
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
