import { useQuery } from "@tanstack/react-query";
import { Fact, Facts } from "../../components/data/Facts";
import { Banner } from "../../components/feedback/Banner";
import { showError } from "../../components/feedback/showError";
import { FormDialog } from "../../components/forms/FormDialog";
import { quotaQuery } from "../../api/settings";
import { formatBytes, formatNumber } from "../../lib/format";
import { t } from "../../lib/i18n";
import { visibleName } from "../../lib/keys";
import { type Pending, pending, sumBytes } from "../../lib/upload/pending";

interface UploadSummaryProps {
  upload: Pending;
}

/** What a large upload would bring, and where to, before its first byte goes. */
export default function UploadSummary({ upload }: UploadSummaryProps) {
  const { place, prefix, dropped } = upload;
  const { files, emptyFolders, skipped } = dropped;
  const bytes = sumBytes(dropped);
  const room = useRoom(upload);
  const close = () => pending.set(null);
  const start = () => {
    close();
    import("../../api/startUploads")
      .then(({ startUploads }) => startUploads(place, prefix, dropped))
      .catch(showError);
  };
  return (
    <FormDialog
      title={t("summary.title", { count: files.length })}
      action={t("upload.button")}
      onSubmit={start}
      onClose={close}
    >
      <Facts>
        <Fact name={t("summary.target")} value={visibleName(`${place.bucket}/${prefix}`)} />
        <Fact name={t("summary.files")}>
          {formatNumber(files.length)} · {formatBytes(bytes)}
        </Fact>
        {emptyFolders.length > 0 && (
          <Fact name={t("summary.folders")}>{formatNumber(emptyFolders.length)}</Fact>
        )}
        {skipped > 0 && (
          <Fact name={t("summary.skipped")}>{t("summary.skippedText", { count: skipped })}</Fact>
        )}
        {room !== null && <Fact name={t("summary.room")}>{formatBytes(room)}</Fact>}
      </Facts>
      {room !== null && room < bytes && (
        <Banner tone="warn">{t("summary.tooMuch", { size: formatBytes(bytes - room) })}</Banner>
      )}
    </FormDialog>
  );
}

/** What the bucket still takes; null where it has no limit, or where one may not know. */
function useRoom({ place }: Pending): number | null {
  const quota = useQuery(quotaQuery(place)).data;
  if (quota?.configured !== true || !quota.has_usage || !quota.hard_bytes) return null;
  return Math.max(0, quota.hard_bytes - (quota.usage_bytes ?? 0));
}
