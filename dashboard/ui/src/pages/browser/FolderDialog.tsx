import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type SubmitEvent, useState } from "react";
import { errorSentence } from "../../api/errorText";
import { createFolder, listingKey, type Place } from "../../api/objects";
import { Button } from "../../components/controls/Button";
import { Field } from "../../components/controls/Field";
import { Dialog, DialogActions, DialogBody } from "../../components/layers/Dialog";
import { t } from "../../lib/i18n";
import { showToast } from "../../lib/toasts";

interface FolderDialogProps {
  place: Place;
  prefix: string;
  onClose: () => void;
}

/** Makes a folder: an empty object whose key ends with a slash. */
export default function FolderDialog({ place, prefix, onClose }: FolderDialogProps) {
  const [name, setName] = useState("");
  const client = useQueryClient();
  const create = useMutation({
    mutationFn: () => createFolder(place, `${prefix}${name}/`),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: listingKey(place, prefix) });
      showToast({ tone: "ok", text: t("folder.created", { name }) });
      onClose();
    },
  });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (name !== "" && !create.isPending) create.mutate();
  };
  return (
    <Dialog title={t("browser.newFolder")} onClose={onClose}>
      <form onSubmit={submit}>
        <DialogBody>
          <Field
            label={t("folder.name")}
            hint={t("folder.hint", { place: `${place.bucket}/${prefix}` })}
            problem={create.isError ? errorSentence(create.error) : undefined}
            autoFocus
            spellCheck={false}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        </DialogBody>
        <DialogActions>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button kind="primary" type="submit" disabled={name === ""} pending={create.isPending}>
            {t("action.create")}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
