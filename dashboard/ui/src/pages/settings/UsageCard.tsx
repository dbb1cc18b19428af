import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { meQuery } from "../../api/me";
import type { Place } from "../../api/objects";
import type { Usage } from "../../api/schema.gen";
import { putTracking, quotaQuery, trackingQuery, usageQuery } from "../../api/settings";
import { Bars } from "../../components/charts/Bars";
import { Button } from "../../components/controls/Button";
import { StatusDot } from "../../components/data/Status";
import { Time } from "../../components/data/Time";
import { ErrorState } from "../../components/feedback/ErrorState";
import { useAction } from "../../components/feedback/useAction";
import { Refusal } from "../../components/forms/Refusal";
import { formatBytes } from "../../lib/format";
import { t } from "../../lib/i18n";
import styles from "./Settings.module.css";

/** More folders than that are no picture any more. */
const MOST_SHOWN = 50;

/** Whether this bucket is counted, and what in it takes the room. */
export function UsageCard({ place }: { place: Place }) {
  const query = trackingQuery(place);
  const tracking = useQuery(query);
  const isAdmin = useSuspenseQuery(meQuery).data.role === "admin";
  const isOn = tracking.data?.enabled === true;
  const act = useAction(() => putTracking(place, !isOn), {
    stale: [query.queryKey, quotaQuery(place).queryKey, ["backends"]],
    done: t("editor.saved"),
  });
  if (tracking.isError) {
    return <ErrorState error={tracking.error} onRetry={() => void tracking.refetch()} />;
  }
  if (tracking.data === undefined) return <p role="status">{t("state.loading")}</p>;
  return (
    <div className={styles.editor}>
      <StatusDot tone={isOn ? "ok" : "neutral"}>{isOn ? t("usage.on") : t("usage.off")}</StatusDot>
      <p>{isOn ? t("usage.onText") : t("usage.offText")}</p>
      <Refusal error={act.error} />
      {isAdmin && (
        <div>
          <Button pending={act.isPending} onClick={() => act.mutate()}>
            {isOn ? t("usage.turnOff") : t("usage.turnOn")}
          </Button>
        </div>
      )}
      {isOn && <Folders place={place} />}
    </div>
  );
}

/** Counted when asked for: in a large bucket it takes the server minutes. */
function Folders({ place }: { place: Place }) {
  const [isAsked, setAsked] = useState(false);
  const usage = useQuery({ ...usageQuery(place), enabled: isAsked });
  const count = () => (isAsked ? void usage.refetch() : setAsked(true));
  return (
    <>
      <h2>{t("usage.folders")}</h2>
      <div>
        <Button pending={usage.isFetching} onClick={count}>
          {t("usage.count")}
        </Button>
      </div>
      <Refusal error={usage.error} />
      {usage.data !== undefined && <Counted place={place} usage={usage.data} />}
    </>
  );
}

function Counted({ place, usage }: { place: Place; usage: Usage }) {
  const folders = usage.children.toSorted((left, right) => right.bytes - left.bytes);
  const isCut = !usage.complete || folders.length > MOST_SHOWN;
  return (
    <>
      <p>
        {folders.length === 0 ? t("usage.nothing") : t("usage.counted")}{" "}
        <Time at={usage.computed_at} />
      </p>
      <Bars
        label={t("usage.folders")}
        bars={folders.slice(0, MOST_SHOWN).map(({ prefix, bytes, count }) => ({
          id: prefix,
          label: (
            <Link to="/b/$backend/$bucket" params={place} search={prefix === "" ? {} : { prefix }}>
              {prefix === "" ? t("usage.outside") : prefix}
            </Link>
          ),
          value: bytes,
          text: t("usage.folder", { size: formatBytes(bytes), count }),
        }))}
      />
      {isCut && <p>{t("usage.cut", { count: MOST_SHOWN })}</p>}
    </>
  );
}
