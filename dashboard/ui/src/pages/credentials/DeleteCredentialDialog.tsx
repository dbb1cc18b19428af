import { useMutation, useQueryClient } from "@tanstack/react-query";
import { credentialsQuery, deleteCredential } from "../../api/credentials";
import { errorSentence } from "../../api/errorText";
import type { Credential } from "../../api/schema.gen";
import { Button } from "../../components/controls/Button";
import { Banner } from "../../components/feedback/Banner";
import { Dialog, DialogActions, DialogBody } from "../../components/layers/Dialog";
import { t } from "../../lib/i18n";
import { showToast } from "../../lib/toasts";

interface DeleteCredentialDialogProps {
  credential: Credential;
  onClose: () => void;
}

/** Says what stops working, and deletes the key for good. */
export default function DeleteCredentialDialog(props: DeleteCredentialDialogProps) {
  const { credential, onClose } = props;
  const client = useQueryClient();
  const key = credential.access_key;
  const remove = useMutation({
    mutationFn: () => deleteCredential(key),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: credentialsQuery.queryKey });
      showToast({ tone: "ok", text: t("credentials.deleted", { key }) });
      onClose();
    },
  });
  return (
    <Dialog title={t("delete.title", { name: key })} isAlert onClose={onClose}>
      <DialogBody>
        <p>{t("credentials.deleteText")}</p>
        {remove.isError && <Banner tone="err">{errorSentence(remove.error)}</Banner>}
      </DialogBody>
      <DialogActions>
        <Button autoFocus onClick={onClose}>
          {t("action.cancel")}
        </Button>
        <Button kind="danger" pending={remove.isPending} onClick={() => remove.mutate()}>
          {t("delete.confirm")}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
