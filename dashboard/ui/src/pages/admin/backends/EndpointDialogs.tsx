import { deleteEndpoint, ENDPOINT_STALE } from "../../../api/endpoints";
import type { Endpoint } from "../../../api/schema.gen";
import { useAction } from "../../../components/feedback/useAction";
import { ConfirmDialog } from "../../../components/forms/ConfirmDialog";
import { t } from "../../../lib/i18n";
import { EndpointForm } from "./EndpointForm";
import type { EndpointDialog } from "./EndpointsPage";

interface EndpointDialogsProps {
  dialog: EndpointDialog;
  onClose: () => void;
}

/** The dialog that was asked for. */
export default function EndpointDialogs({ dialog, onClose }: EndpointDialogsProps) {
  if (dialog.kind === "delete") {
    return <DeleteDialog endpoint={dialog.endpoint} onClose={onClose} />;
  }
  const endpoint = dialog.kind === "edit" ? dialog.endpoint : null;
  return <EndpointForm endpoint={endpoint} onClose={onClose} />;
}

function DeleteDialog({ endpoint, onClose }: { endpoint: Endpoint; onClose: () => void }) {
  const { id, name } = endpoint;
  const act = useAction(() => deleteEndpoint(id), {
    stale: ENDPOINT_STALE,
    done: t("endpoints.deleted", { name }),
    onDone: onClose,
  });
  return (
    <ConfirmDialog
      title={t("endpoints.deleteTitle", { name })}
      action={t("endpoints.delete")}
      act={act}
      isDanger
      typedName={id}
      onClose={onClose}
    >
      <p>{t("endpoints.deleteText")}</p>
    </ConfirmDialog>
  );
}
