import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { errorWords } from "../../api/errorText";
import type { RoleName, User } from "../../api/schema.gen";
import { resetPassword, updateUser, usersKey } from "../../api/users";
import { Button } from "../../components/controls/Button";
import { Copy } from "../../components/controls/Copy";
import { Select } from "../../components/controls/Field";
import { Banner } from "../../components/feedback/Banner";
import { Dialog, DialogActions, DialogBody } from "../../components/layers/Dialog";
import { t } from "../../lib/i18n";
import { generatePassword } from "../../lib/password";
import { showToast } from "../../lib/toasts";
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

/** A made-up password to hand over; it is known only while the dialog is open. */
export function Generated({ password }: { password: string }) {
  return (
    <div className={styles.generated}>
      <code>{password}</code>
      <Copy text={password} label={t("action.copyOf", { name: t("signin.password") })} />
    </div>
  );
}

interface ConfirmDialogProps {
  title: string;
  action: string;
  isDanger?: boolean;
  act: ReturnType<typeof useUserChange>;
  onClose: () => void;
  children: ReactNode;
}

function ConfirmDialog(props: ConfirmDialogProps) {
  const { title, action, isDanger = false, act, onClose, children } = props;
  const words = act.isError ? errorWords(act.error) : null;
  return (
    <Dialog title={title} onClose={onClose} isAlert={isDanger}>
      <DialogBody>
        {children}
        {words !== null && (
          <Banner tone="err">
            {words.message} {words.cure}
          </Banner>
        )}
      </DialogBody>
      <DialogActions>
        <Button autoFocus={isDanger} onClick={onClose}>
          {t("action.cancel")}
        </Button>
        <Button
          kind={isDanger ? "danger" : "primary"}
          pending={act.isPending}
          onClick={() => act.mutate()}
        >
          {action}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

function useUserChange(change: () => Promise<unknown>, onDone: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: usersKey });
      showToast({ tone: "ok", text: t("users.changed") });
      onDone();
    },
  });
}
