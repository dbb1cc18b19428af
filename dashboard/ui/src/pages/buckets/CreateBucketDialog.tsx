import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type SubmitEvent, useState } from "react";
import { bucketsQuery, createBucket } from "../../api/backends";
import { errorSentence } from "../../api/errorText";
import { Button } from "../../components/controls/Button";
import { Field } from "../../components/controls/Field";
import { Dialog, DialogActions, DialogBody } from "../../components/layers/Dialog";
import { bucketNameProblem, NAME_PROBLEMS } from "../../lib/bucketName";
import { t } from "../../lib/i18n";
import { showToast } from "../../lib/toasts";

interface CreateBucketDialogProps {
  backend: string;
  onClose: () => void;
}

/** Asks for a name, judged while typing, and a region where one is needed. */
export default function CreateBucketDialog({ backend, onClose }: CreateBucketDialogProps) {
  const client = useQueryClient();
  const [name, setName] = useState("");
  const [region, setRegion] = useState("");
  const create = useMutation({
    mutationFn: () => createBucket(backend, region === "" ? { name } : { name, region }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: bucketsQuery(backend).queryKey });
      showToast({ tone: "ok", text: t("buckets.created", { name }) });
      onClose();
    },
  });
  const problem = bucketNameProblem(name);
  const isTooEarly = problem === "length" && name.length < 3;
  const shownProblem = problem === null || isTooEarly ? undefined : t(NAME_PROBLEMS[problem]);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (problem === null && !create.isPending) create.mutate();
  };
  return (
    <Dialog title={t("buckets.create")} onClose={onClose}>
      <form onSubmit={submit}>
        <DialogBody>
          <Field
            label={t("column.name")}
            hint={t("bucketName.hint")}
            problem={create.isError ? errorSentence(create.error) : shownProblem}
            autoFocus
            autoCapitalize="none"
            spellCheck={false}
            maxLength={63}
            value={name}
            onChange={(event) => {
              create.reset();
              setName(event.target.value);
            }}
          />
          <Field
            label={t("buckets.region")}
            hint={t("buckets.regionHint")}
            spellCheck={false}
            value={region}
            onChange={(event) => setRegion(event.target.value)}
          />
        </DialogBody>
        <DialogActions>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button
            kind="primary"
            type="submit"
            disabled={problem !== null}
            pending={create.isPending}
          >
            {t("buckets.create")}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
