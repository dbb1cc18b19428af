import {
  aliasesQuery,
  allCredentialsQuery,
  bindingsQuery,
  deleteAlias,
  deleteAnyCredential,
  deleteBinding,
} from "../../../api/proxy";
import type { Alias, AnonymousBinding, Credential } from "../../../api/schema.gen";
import { useAction } from "../../../components/feedback/useAction";
import { ConfirmDialog } from "../../../components/forms/ConfirmDialog";
import { t } from "../../../lib/i18n";
import { AliasForm } from "./AliasForm";
import { BindingForm } from "./BindingForm";

export type ProxyDialog =
  | { kind: "credential"; credential: Credential }
  | { kind: "binding"; binding: AnonymousBinding | null }
  | { kind: "unbind"; binding: AnonymousBinding }
  | { kind: "alias" }
  | { kind: "unalias"; alias: Alias };

interface ProxyDialogsProps {
  dialog: ProxyDialog;
  onClose: () => void;
}

/** The dialog that was asked for. */
export default function ProxyDialogs({ dialog, onClose }: ProxyDialogsProps) {
  switch (dialog.kind) {
    case "credential":
      return <DeleteCredential credential={dialog.credential} onClose={onClose} />;
    case "binding":
      return <BindingForm binding={dialog.binding} onClose={onClose} />;
    case "unbind":
      return <DeleteBinding binding={dialog.binding} onClose={onClose} />;
    case "alias":
      return <AliasForm onClose={onClose} />;
    case "unalias":
      return <DeleteAlias alias={dialog.alias} onClose={onClose} />;
  }
}

function DeleteCredential({
  credential,
  onClose,
}: {
  credential: Credential;
  onClose: () => void;
}) {
  const { access_key: key } = credential;
  const act = useAction(() => deleteAnyCredential(key), {
    stale: [allCredentialsQuery.queryKey],
    done: t("credentials.deleted", { key }),
    onDone: onClose,
  });
  return (
    <ConfirmDialog
      title={t("delete.title", { name: key })}
      action={t("delete.confirm")}
      act={act}
      isDanger
      onClose={onClose}
    >
      <p>{t("credentials.deleteText")}</p>
    </ConfirmDialog>
  );
}

function DeleteBinding({ binding, onClose }: { binding: AnonymousBinding; onClose: () => void }) {
  const act = useAction(() => deleteBinding(binding), {
    stale: [bindingsQuery.queryKey],
    done: t("public.deleted", { bucket: binding.bucket }),
    onDone: onClose,
  });
  return (
    <ConfirmDialog
      title={t("public.deleteTitle", { bucket: binding.bucket })}
      action={t("public.delete")}
      act={act}
      isDanger
      onClose={onClose}
    >
      <p>{t("public.deleteText")}</p>
    </ConfirmDialog>
  );
}

function DeleteAlias({ alias, onClose }: { alias: Alias; onClose: () => void }) {
  const act = useAction(() => deleteAlias(alias.name), {
    stale: [aliasesQuery.queryKey],
    done: t("aliases.deleted", { name: alias.name }),
    onDone: onClose,
  });
  return (
    <ConfirmDialog
      title={t("delete.title", { name: alias.name })}
      action={t("delete.confirm")}
      act={act}
      isDanger
      onClose={onClose}
    >
      <p>{t("aliases.deleteText")}</p>
    </ConfirmDialog>
  );
}
