import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type SubmitEvent, useState } from "react";
import { ApiError } from "../../api/error";
import { errorSentence } from "../../api/errorText";
import type { RoleName } from "../../api/schema.gen";
import { createUser, usersKey } from "../../api/users";
import { Button } from "../../components/controls/Button";
import { Field, Select } from "../../components/controls/Field";
import { Banner } from "../../components/feedback/Banner";
import { Dialog, DialogActions, DialogBody } from "../../components/layers/Dialog";
import { t } from "../../lib/i18n";
import { generatePassword } from "../../lib/password";
import { ROLES } from "./columns";
import { Generated } from "./UserDialogs";

/** Makes a local user with a made-up password, which is shown this once. */
export function CreateUserDialog({ onClose }: { onClose: () => void }) {
  const client = useQueryClient();
  const [username, setUsername] = useState("");
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<RoleName>("user");
  const [password] = useState(generatePassword);
  const create = useMutation({
    mutationFn: () =>
      createUser({ username, password, role, must_change_pw: true, ...(email && { email }) }),
    onSuccess: () => client.invalidateQueries({ queryKey: usersKey }),
  });
  if (create.isSuccess) {
    return (
      <Dialog title={t("users.created", { name: username })}>
        <DialogBody>
          <Banner tone="warn">{t("users.passwordOnce")}</Banner>
          <Generated password={password} />
        </DialogBody>
        <DialogActions>
          <Button kind="primary" onClick={onClose}>
            {t("action.done")}
          </Button>
        </DialogActions>
      </Dialog>
    );
  }
  const problem = problems(create.error);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (username !== "" && !create.isPending) create.mutate();
  };
  return (
    <Dialog title={t("users.create")} onClose={onClose}>
      <form onSubmit={submit}>
        <DialogBody>
          {problem.other !== undefined && <Banner tone="err">{problem.other}</Banner>}
          <Field
            label={t("signin.username")}
            problem={problem.username}
            autoFocus
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            maxLength={128}
            value={username}
            onChange={(event) => setUsername(event.target.value)}
          />
          <Field
            label={t("users.email")}
            hint={t("users.optional")}
            problem={problem.email}
            type="email"
            autoComplete="off"
            value={email}
            onChange={(event) => setEmail(event.target.value)}
          />
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
        </DialogBody>
        <DialogActions>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button
            kind="primary"
            type="submit"
            disabled={username === ""}
            pending={create.isPending}
          >
            {t("users.create")}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

function problems(error: Error | null): { username?: string; email?: string; other?: string } {
  if (error === null) return {};
  const code = error instanceof ApiError ? error.code : "";
  if (code === "username_taken") return { username: errorSentence(error) };
  if (code === "email_taken") return { email: errorSentence(error) };
  return { other: errorSentence(error) };
}
