import { bucketsQuery, deleteBucket } from "../../api/backends";
import { useAction } from "../../components/feedback/useAction";
import { ConfirmDialog } from "../../components/forms/ConfirmDialog";
import { t } from "../../lib/i18n";

interface DeleteBucketDialogProps {
  backend: string;
  bucket: string;
  onClose: () => void;
}

/** Deletes a bucket after its name was typed; the store refuses while it is not empty. */
export default function DeleteBucketDialog({ backend, bucket, onClose }: DeleteBucketDialogProps) {
  const act = useAction(() => deleteBucket(backend, bucket), {
    stale: [bucketsQuery(backend).queryKey],
    done: t("buckets.deleted", { name: bucket }),
    onDone: onClose,
  });
  return (
    <ConfirmDialog
      title={t("buckets.deleteTitle", { name: bucket })}
      action={t("buckets.delete")}
      act={act}
      isDanger
      typedName={bucket}
      onClose={onClose}
    >
      <p>{t("buckets.deleteText")}</p>
    </ConfirmDialog>
  );
}
