import { useState } from "react";
import { createGroup, deleteGroup, grantsKey, groupsKey, updateGroup } from "../../../api/access";
import { problemAt } from "../../../api/problems";
import type { Group } from "../../../api/schema.gen";
import { Field } from "../../../components/controls/Field";
import { useAction } from "../../../components/feedback/useAction";
import { Chips } from "../../../components/forms/Chips";
import { ConfirmDialog } from "../../../components/forms/ConfirmDialog";
import { FormDialog } from "../../../components/forms/FormDialog";
import { t } from "../../../lib/i18n";
import { useUsers } from "../useUsers";
import type { GroupDialog } from "./GroupsPage";

interface GroupDialogsProps {
  dialog: GroupDialog;
  onClose: () => void;
}

/** The dialog that was asked for. */
export default function GroupDialogs({ dialog, onClose }: GroupDialogsProps) {
  if (dialog.kind === "delete") return <DeleteDialog group={dialog.group} onClose={onClose} />;
  const group = dialog.kind === "edit" ? dialog.group : null;
  return <EditDialog group={group} onClose={onClose} />;
}

function DeleteDialog({ group, onClose }: { group: Group; onClose: () => void }) {
  const act = useAction(() => deleteGroup(group.id), {
    stale: [groupsKey, grantsKey],
    done: t("groups.deleted", { name: group.name }),
    onDone: onClose,
  });
  return (
    <ConfirmDialog
      title={t("delete.title", { name: group.name })}
      action={t("delete.confirm")}
      act={act}
      isDanger
      typedName={group.name}
      onClose={onClose}
    >
      <p>{t("groups.deleteText", { count: group.members.length })}</p>
    </ConfirmDialog>
  );
}

function EditDialog({ group, onClose }: { group: Group | null; onClose: () => void }) {
  const users = useUsers();
  const [name, setName] = useState(group?.name ?? "");
  const [members, setMembers] = useState(() => group?.members ?? []);
  const [claims, setClaims] = useState(() => group?.claim_values ?? []);
  // Names that were typed before the users had come are known by now.
  const body = { name, members: members.map(users.idOf), claim_values: claims };
  const save = useAction(() => (group === null ? createGroup(body) : updateGroup(group.id, body)), {
    stale: [groupsKey],
    done: t("groups.saved", { name }),
    onDone: onClose,
  });
  return (
    <FormDialog
      title={group === null ? t("groups.create") : t("groups.edit", { name: group.name })}
      action={group === null ? t("groups.create") : t("action.save")}
      onSubmit={() => save.mutate()}
      onClose={onClose}
      error={save.error}
      isPending={save.isPending}
      isReady={name.trim() !== "" && (users.isLoaded || members.length === 0)}
    >
      <Field
        label={t("column.name")}
        problem={problemAt(save.error, "name")}
        autoFocus
        maxLength={128}
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <Chips
        label={t("groups.members")}
        hint={t("groups.membersHint")}
        problem={problemAt(save.error, "members")}
        values={members.map(users.nameOf)}
        suggestions={users.names}
        onChange={(names) => setMembers(names.map(users.idOf))}
      />
      <Chips
        label={t("groups.claims")}
        hint={t("groups.claimsHint")}
        problem={problemAt(save.error, "claim_values")}
        values={claims}
        onChange={setClaims}
      />
    </FormDialog>
  );
}
