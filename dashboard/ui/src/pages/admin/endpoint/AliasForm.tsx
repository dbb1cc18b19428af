import { useState } from "react";
import { problemAt } from "../../../api/problems";
import { aliasesQuery, createAlias } from "../../../api/proxy";
import { Field } from "../../../components/controls/Field";
import { useAction } from "../../../components/feedback/useAction";
import { FormDialog } from "../../../components/forms/FormDialog";
import { bucketNameProblem, NAME_PROBLEMS } from "../../../lib/bucketName";
import { t } from "../../../lib/i18n";
import { PlaceFields } from "../PlaceFields";

/** Another name for a bucket, and the bucket it is to lead to. */
export function AliasForm({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState("");
  const [place, setPlace] = useState({ backend: "", bucket: "", prefix: "" });
  const create = useAction(
    () => createAlias({ name, backend_id: place.backend, bucket: place.bucket }),
    { stale: [aliasesQuery.queryKey], done: t("aliases.saved", { name }), onDone: onClose },
  );
  const wrong = name === "" ? null : bucketNameProblem(name);
  return (
    <FormDialog
      title={t("aliases.create")}
      action={t("aliases.create")}
      onSubmit={() => create.mutate()}
      onClose={onClose}
      error={create.error}
      isPending={create.isPending}
      isReady={name !== "" && wrong === null && place.backend !== "" && place.bucket !== ""}
    >
      <Field
        label={t("aliases.name")}
        hint={t("bucketName.hint")}
        problem={wrong === null ? problemAt(create.error, "name") : t(NAME_PROBLEMS[wrong])}
        autoFocus
        spellCheck={false}
        maxLength={63}
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <PlaceFields values={place} onChange={setPlace} error={create.error} hasPrefix={false} />
    </FormDialog>
  );
}
