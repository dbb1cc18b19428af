import { CircleAlert, CircleCheck, Pause, Play, RotateCcw, X } from "lucide-react";
import { memo } from "react";
import { uploads } from "../../api/uploads";
import { t } from "../../lib/i18n";
import { baseName, visibleName } from "../../lib/keys";
import type { UploadItem, UploadState } from "../../lib/upload/types";
import { useCountdown } from "../../lib/useCountdown";
import { IconButton } from "../controls/Button";
import { FileIcon } from "../data/FileIcon";
import { Progress } from "../data/Progress";
import { stateLine } from "./words";
import styles from "./Uploads.module.css";

const MOVING: ReadonlySet<UploadState> = new Set(["queued", "uploading", "waiting"]);
const STUCK: ReadonlySet<UploadState> = new Set(["failed", "blocked", "conflict"]);

/** One upload: name, how far, and what can be done with it. */
export const UploadRow = memo(function UploadRow({ item }: { item: UploadItem }) {
  const name = visibleName(baseName(item.key));
  const isStuck = STUCK.has(item.state);
  const tone = isStuck ? "err" : item.state === "paused" ? "warn" : "accent";
  const secondsLeft = useCountdown(item.retryAt);
  const line = stateLine(item, secondsLeft);
  return (
    <div className={styles.row} data-state={item.state}>
      <Sign item={item} isStuck={isStuck} />
      <div className={styles.body}>
        <div className={styles.name} title={`${item.target.bucket}/${item.key}`}>
          {name}
        </div>
        {item.state !== "done" && !isStuck && (
          <Progress
            label={t("upload.progressOf", { name })}
            done={item.sentBytes}
            total={Math.max(1, item.sizeBytes)}
            tone={tone}
          />
        )}
        <div className={styles.state} data-tone={isStuck ? "err" : ""} title={line}>
          {line}
        </div>
      </div>
      <Actions item={item} name={name} />
    </div>
  );
});

function Sign({ item, isStuck }: { item: UploadItem; isStuck: boolean }) {
  if (item.state === "done") return <CircleCheck size={16} aria-hidden className={styles.ok} />;
  if (isStuck) return <CircleAlert size={16} aria-hidden className={styles.err} />;
  return <FileIcon kind="object" name={item.key} />;
}

function Actions({ item, name }: { item: UploadItem; name: string }) {
  const { id, state } = item;
  if (state === "done") return null;
  return (
    <>
      {MOVING.has(state) && (
        <IconButton label={t("upload.pause", { name })} onClick={() => uploads.pause(id)}>
          <Pause size={14} aria-hidden />
        </IconButton>
      )}
      {state === "paused" && (
        <IconButton label={t("upload.resume", { name })} onClick={() => uploads.resume(id)}>
          <Play size={14} aria-hidden />
        </IconButton>
      )}
      {(state === "failed" || state === "blocked") && (
        <IconButton label={t("upload.retry", { name })} onClick={() => uploads.resume(id)}>
          <RotateCcw size={14} aria-hidden />
        </IconButton>
      )}
      <IconButton label={t("upload.cancel", { name })} onClick={() => uploads.cancel(id)}>
        <X size={14} aria-hidden />
      </IconButton>
    </>
  );
}
