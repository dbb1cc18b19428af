import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Place } from "../../api/objects";
import { putVersioning, versioningQuery } from "../../api/settings";
import { Button } from "../../components/controls/Button";
import { StatusDot } from "../../components/data/Status";
import { ErrorState } from "../../components/feedback/ErrorState";
import { useAction } from "../../components/feedback/useAction";
import { t } from "../../lib/i18n";
import { lazyPart } from "../../lib/lazyPart";
import styles from "./Settings.module.css";

const ConfirmDialog = lazyPart("work", () => import("../work/Confirm"));

/** Whether overwriting and deleting keeps what was there. */
export function VersioningCard({ place }: { place: Place }) {
  const query = versioningQuery(place);
  const versioning = useQuery(query);
  const [isAsking, setAsking] = useState(false);
  const isOn = versioning.data?.enabled === true;
  const act = useAction(() => putVersioning(place, { enabled: !isOn }), {
    stale: [query.queryKey, ["versions", place.backend, place.bucket]],
    done: t("editor.saved"),
    onDone: () => setAsking(false),
  });
  if (versioning.isError) {
    return <ErrorState error={versioning.error} onRetry={() => void versioning.refetch()} />;
  }
  if (versioning.data === undefined) return <p role="status">{t("state.loading")}</p>;
  return (
    <div className={styles.editor}>
      <StatusDot tone={isOn ? "ok" : "neutral"}>
        {isOn ? t("versioning.on") : t("versioning.off")}
      </StatusDot>
      <p>{isOn ? t("versioning.onText") : t("versioning.offText")}</p>
      <div>
        <Button kind={isOn ? "default" : "primary"} onClick={() => setAsking(true)}>
          {isOn ? t("versioning.suspend") : t("versioning.turnOn")}
        </Button>
      </div>
      {isAsking && (
        <ConfirmDialog
          title={isOn ? t("versioning.suspend") : t("versioning.turnOn")}
          action={isOn ? t("versioning.suspend") : t("versioning.turnOn")}
          act={act}
          isDanger={isOn}
          onClose={() => setAsking(false)}
        >
          <p>{isOn ? t("versioning.suspendText") : t("versioning.turnOnText")}</p>
        </ConfirmDialog>
      )}
    </div>
  );
}
