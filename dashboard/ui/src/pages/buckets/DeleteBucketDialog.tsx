import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type SubmitEvent, useState } from "react";
import { bucketsQuery, deleteBucket } from "../../api/backends";
import { errorWords } from "../../api/errorText";
import { Button } from "../../components/controls/Button";
import { Field } from "../../components/controls/Field";
import { Banner } from "../../components/feedback/Banner";
import { Dialog, DialogActions, DialogBody } from "../../components/layers/Dialog";
import { t } from "../../lib/i18n";
import { showToast } from "../../lib/toasts";

interface DeleteBucketDialogProps {
  backend: string;
  bucket: string;
  onClose: () => void;
}

/** Deletes a bucket after its name was typed; the store refuses while it is not empty. */
export default function DeleteBucketDialog({ backend, bucket, onClose }: DeleteBucketDialogProps) {
  const client = useQueryClient();
  const [typed, setTyped] = useState("");
  const remove = useMutation({
    mutationFn: () => deleteBucket(backend, bucket),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: bucketsQuery(backend).queryKey });
      showToast({ tone: "ok", text: t("buckets.deleted", { name: bucket }) });
      onClose();
    },
  });
  const words = remove.isError ? errorWords(remove.error) : null;
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (typed === bucket && !remove.isPending) remove.mutate();
  };
  return (
    <Dialog title={t("buckets.deleteTitle", { name: bucket })} onClose={onClose} isAlert>
      <form onSubmit={submit}>
        <DialogBody>
          <p>{t("buckets.deleteText")}</p>
          <Field
            label={t("buckets.typeName", { name: bucket })}
            autoFocus
            autoComplete="off"
            spellCheck={false}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
          {words !== null && (
            <Banner tone="err">
              {words.message} {words.cure}
            </Banner>
          )}
        </DialogBody>
        <DialogActions>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button
            kind="danger"
            type="submit"
            disabled={typed !== bucket}
            pending={remove.isPending}
          >
            {t("buckets.delete")}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
