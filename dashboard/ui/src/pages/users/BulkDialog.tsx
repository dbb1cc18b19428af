import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type SubmitEvent, useEffect, useRef, useState } from "react";
import { getGroup, groupsKey, groupsQuery, updateGroup } from "../../api/access";
import { errorSentence } from "../../api/errorText";
import type { Group, RoleName, User } from "../../api/schema.gen";
import { deleteUser, updateUser, usersKey } from "../../api/users";
import { Button } from "../../components/controls/Button";
import { Select } from "../../components/controls/Field";
import { Progress } from "../../components/data/Progress";
import { Banner } from "../../components/feedback/Banner";
import { Dialog, DialogActions, DialogBody } from "../../components/layers/Dialog";
import { type BulkState, freshBulk, runBulk } from "../../lib/bulk";
import { t, type TextKey } from "../../lib/i18n";
import { ROLES } from "./columns";
import styles from "./Users.module.css";

export type BulkAction = "disable" | "enable" | "role" | "group" | "delete";

const ACTIONS: Readonly<Record<BulkAction, [title: TextKey, action: TextKey, text: TextKey]>> = {
  disable: ["users.bulkDisable", "credentials.disable", "users.disableText"],
  enable: ["users.bulkEnable", "credentials.enable", "users.enableText"],
  role: ["users.bulkRole", "users.changeRole", "users.bulkRoleText"],
  group: ["users.bulkGroup", "users.addToGroup", "users.bulkGroupText"],
  delete: ["users.bulkDelete", "delete.confirm", "users.bulkDeleteText"],
};

interface BulkDialogProps {
  action: BulkAction;
  users: readonly User[];
  onClose: () => void;
}

/** One action for many users: what it means, then how far it is and who was refused why. */
export default function BulkDialog({ action, users, onClose }: BulkDialogProps) {
  const [role, setRole] = useState<RoleName>("user");
  const [group, setGroup] = useState<Group | null>(null);
  const { state, start, stop } = useBulk();
  const [title, label, text] = ACTIONS[action];
  const isDanger = action === "delete" || action === "disable";
  const isReady = action !== "group" || group !== null;
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (isReady) start(users, changeOf(action, { role, group, users }));
  };
  if (state !== null) {
    return <Running title={t(title, { count: users.length })} {...{ state, stop, onClose }} />;
  }
  return (
    <Dialog title={t(title, { count: users.length })} onClose={onClose} isAlert={isDanger}>
      <form onSubmit={submit}>
        <DialogBody>
          <p>{t(text)}</p>
          {action === "role" && <RoleField role={role} onChange={setRole} />}
          {action === "group" && <GroupField group={group} onChange={setGroup} />}
          <ul className={styles.names} aria-label={t("users.chosen")}>
            {users.map(({ id, username }) => (
              <li key={id}>{username}</li>
            ))}
          </ul>
        </DialogBody>
        <DialogActions>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button kind={isDanger ? "danger" : "primary"} type="submit" disabled={!isReady}>
            {t(label)}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

interface Chosen {
  role: RoleName;
  group: Group | null;
  users: readonly User[];
}

/** What to do with each of them; a group is changed once, with the first. */
function changeOf(
  action: BulkAction,
  { role, group, users }: Chosen,
): (user: User) => Promise<unknown> {
  if (action === "delete") return ({ id }) => deleteUser(id, "");
  if (action === "role") return ({ id }) => updateUser(id, { role });
  if (action !== "group") return ({ id }) => updateUser(id, { enabled: action === "enable" });
  if (group === null) return () => Promise.resolve();
  const added = addMembers(
    group.id,
    users.map(({ id }) => id),
  );
  return () => added;
}

/** Adds to what the group is now: somebody else may have changed it since the list was read. */
async function addMembers(id: string, added: readonly string[]): Promise<void> {
  const { members } = await getGroup(id);
  await updateGroup(id, { members: [...new Set([...members, ...added])] });
}

function RoleField({ role, onChange }: { role: RoleName; onChange: (role: RoleName) => void }) {
  return (
    <Select
      label={t("users.role")}
      value={role}
      onChange={({ target }) => onChange(target.value as RoleName)}
    >
      {(Object.keys(ROLES) as RoleName[]).map((name) => (
        <option key={name} value={name}>
          {t(ROLES[name])}
        </option>
      ))}
    </Select>
  );
}

interface GroupFieldProps {
  group: Group | null;
  onChange: (group: Group | null) => void;
}

function GroupField({ group, onChange }: GroupFieldProps) {
  const groups = useQuery(groupsQuery).data ?? [];
  return (
    <Select
      label={t("grants.group")}
      value={group?.id ?? ""}
      onChange={({ target }) => onChange(groups.find(({ id }) => id === target.value) ?? null)}
    >
      <option value="" disabled>
        {t("users.chooseGroup")}
      </option>
      {groups.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </Select>
  );
}

interface RunningProps {
  title: string;
  state: BulkState<User>;
  stop: () => void;
  onClose: () => void;
}

function Running({ title, state, stop, onClose }: RunningProps) {
  const { total, done, failed, isOver } = state;
  return (
    <Dialog title={title} {...(isOver && { onClose })}>
      <DialogBody>
        <Progress
          label={title}
          done={done + failed.length}
          total={total}
          tone={failed.length > 0 ? "warn" : "accent"}
        />
        <p role="status">{isOver && t("users.bulkDone", { done, total })}</p>
        {failed.length > 0 && (
          <Banner tone="err">
            <ul className={styles.names} aria-label={t("users.bulkRefused")}>
              {failed.map(({ item, error }) => (
                <li key={item.id}>
                  <strong>{item.username}</strong>: {errorSentence(error)}
                </li>
              ))}
            </ul>
          </Banner>
        )}
      </DialogBody>
      <DialogActions>
        {isOver ? (
          <Button kind="primary" autoFocus onClick={onClose}>
            {t("action.done")}
          </Button>
        ) : (
          <Button onClick={stop}>{t("users.bulkStop")}</Button>
        )}
      </DialogActions>
    </Dialog>
  );
}

/** Runs it, and leaves nothing running behind when the dialog is gone. */
function useBulk() {
  const client = useQueryClient();
  const [state, setState] = useState<BulkState<User> | null>(null);
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);
  const start = (users: readonly User[], act: (user: User) => Promise<unknown>) => {
    const control = new AbortController();
    running.current = control;
    setState(freshBulk(users.length));
    void runBulk(users, act, { onProgress: setState, signal: control.signal }).then(() =>
      Promise.all([usersKey, groupsKey].map((queryKey) => client.invalidateQueries({ queryKey }))),
    );
  };
  return { state, start, stop: () => running.current?.abort() };
}
