import { useState } from "react";
import { problemAt } from "../../api/problems";
import type { RoleName, User } from "../../api/schema.gen";
import { deleteUser, resetPassword, updateUser, usersKey } from "../../api/users";
import { Copy } from "../../components/controls/Copy";
import { Field, Select } from "../../components/controls/Field";
import { useAction } from "../../components/feedback/useAction";
import { Combo } from "../../components/forms/Combo";
import { ConfirmDialog } from "../../components/forms/ConfirmDialog";
import { t } from "../../lib/i18n";
import { generatePassword } from "../../lib/password";
import { useUsers } from "../admin/useUsers";
import { ROLES, type UserAction } from "./columns";
import { CreateUserDialog } from "./CreateUserDialog";
import styles from "./Users.module.css";

interface UserDialogsProps {
  dialog: { action: UserAction; user: User } | "create";
  onClose: () => void;
}

/** The dialog of the chosen action. */
export default function UserDialogs({ dialog, onClose }: UserDialogsProps) {
  if (dialog === "create") return <CreateUserDialog onClose={onClose} />;
  const { action, user } = dialog;
  if (action === "reset") return <ResetDialog user={user} onClose={onClose} />;
  if (action === "role") return <RoleDialog user={user} onClose={onClose} />;
  if (action === "email") return <EmailDialog user={user} onClose={onClose} />;
  if (action === "delete") return <DeleteDialog user={user} onClose={onClose} />;
  return <EnableDialog user={user} isOn={action === "enable"} onClose={onClose} />;
}

interface UserDialogProps {
  user: User;
  onClose: () => void;
}

function EnableDialog({ user, isOn, onClose }: UserDialogProps & { isOn: boolean }) {
  const act = useUserChange(() => updateUser(user.id, { enabled: isOn }), onClose);
  const name = user.username;
  return (
    <ConfirmDialog
      title={isOn ? t("users.enableTitle", { name }) : t("users.disableTitle", { name })}
      action={isOn ? t("credentials.enable") : t("credentials.disable")}
      isDanger={!isOn}
      act={act}
      onClose={onClose}
    >
      <p>{isOn ? t("users.enableText") : t("users.disableText")}</p>
    </ConfirmDialog>
  );
}

function RoleDialog({ user, onClose }: UserDialogProps) {
  const [role, setRole] = useState<RoleName>(user.role);
  const act = useUserChange(() => updateUser(user.id, { role }), onClose);
  return (
    <ConfirmDialog
      title={t("users.roleTitle", { name: user.username })}
      action={t("users.changeRole")}
      act={act}
      onClose={onClose}
    >
      <Select
        label={t("users.role")}
        value={role}
        onChange={(event) => setRole(event.target.value as RoleName)}
      >
        {(Object.keys(ROLES) as RoleName[]).map((name) => (
          <option key={name} value={name}>
            {t(ROLES[name])}
          </option>
        ))}
      </Select>
    </ConfirmDialog>
  );
}

function EmailDialog({ user, onClose }: UserDialogProps) {
  const [email, setEmail] = useState(user.email ?? "");
  const act = useUserChange(() => updateUser(user.id, { email }), onClose);
  return (
    <ConfirmDialog
      title={t("users.emailTitle", { name: user.username })}
      action={t("action.save")}
      act={act}
      onClose={onClose}
    >
      <Field
        label={t("users.email")}
        hint={t("users.optional")}
        problem={problemAt(act.error, "email")}
        type="email"
        autoFocus
        autoComplete="off"
        value={email}
        onChange={(event) => setEmail(event.target.value)}
      />
    </ConfirmDialog>
  );
}

function ResetDialog({ user, onClose }: UserDialogProps) {
  const [password] = useState(generatePassword);
  const act = useUserChange(() => resetPassword(user.id, password), onClose);
  return (
    <ConfirmDialog
      title={t("users.resetTitle", { name: user.username })}
      action={t("users.reset")}
      act={act}
      onClose={onClose}
    >
      <p>{t("users.resetText")}</p>
      <Generated password={password} />
    </ConfirmDialog>
  );
}

function DeleteDialog({ user, onClose }: UserDialogProps) {
  const users = useUsers();
  const [heir, setHeir] = useState("");
  const act = useUserChange(
    () => deleteUser(user.id, heir === "" ? "" : users.idOf(heir)),
    onClose,
  );
  const name = user.username;
  return (
    <ConfirmDialog
      title={t("delete.title", { name })}
      action={t("delete.confirm")}
      isDanger
      typedName={name}
      act={act}
      onClose={onClose}
    >
      <p>{t("users.deleteText")}</p>
      <Combo
        label={t("users.heir")}
        hint={t("users.heirHint")}
        suggestions={users.names.filter((other) => other !== name)}
        value={heir}
        onChange={setHeir}
      />
    </ConfirmDialog>
  );
}

/** A made-up password to hand over; it is known only while the dialog is open. */
export function Generated({ password }: { password: string }) {
  return (
    <div className={styles.generated}>
      <code>{password}</code>
      <Copy text={password} label={t("action.copyOf", { name: t("signin.password") })} />
    </div>
  );
}

function useUserChange(change: () => Promise<unknown>, onDone: () => void) {
  return useAction(change, { stale: [usersKey], done: t("users.changed"), onDone });
}
