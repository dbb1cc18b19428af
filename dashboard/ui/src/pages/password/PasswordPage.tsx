import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { type SubmitEvent, useState } from "react";
import { ApiError } from "../../api/error";
import { errorSentence } from "../../api/errorText";
import { authConfigQuery, changePassword, meQuery, signOut } from "../../api/me";
import { Button } from "../../components/controls/Button";
import { PasswordField } from "../../components/controls/PasswordField";
import { Banner } from "../../components/feedback/Banner";
import { Card } from "../../components/shell/Card";
import { t } from "../../lib/i18n";
import { safeNext } from "../../lib/next";
import { useTitle } from "../../lib/useTitle";
import { Checklist } from "./Checklist";
import styles from "./Password.module.css";

const EMPTY = { current: "", next: "", repeat: "" };

/** Asks for a new password where the old one must not stay, before anything else is shown. */
export function PasswordPage() {
  useTitle(t("password.title"));
  const [values, setValues] = useState(EMPTY);
  const policy = useQuery(authConfigQuery).data?.password;
  const mustChange = useQuery(meQuery).data?.must_change_pw ?? false;
  const leave = useLeave();
  const change = useMutation({ mutationFn: changePassword, onSuccess: leave.toTarget });

  const set = (name: keyof typeof EMPTY) => (event: { target: { value: string } }) =>
    setValues({ ...values, [name]: event.target.value });
  const differs = values.repeat !== "" && values.repeat !== values.next;
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (differs || change.isPending) return;
    change.mutate({ current_password: values.current, new_password: values.next });
  };
  const problems = fieldProblems(change.error);

  return (
    <Card title={t("password.title")}>
      <p>{t("password.why")}</p>
      {problems.other !== undefined && <Banner tone="err">{problems.other}</Banner>}
      <form className={styles.form} onSubmit={submit}>
        <PasswordField
          label={t("password.current")}
          autoComplete="current-password"
          autoFocus
          required
          value={values.current}
          onChange={set("current")}
          problem={problems.current}
        />
        <PasswordField
          label={t("password.new")}
          autoComplete="new-password"
          required
          value={values.next}
          onChange={set("next")}
          problem={problems.next}
        />
        {policy !== undefined && (
          <Checklist policy={policy} password={values.next} current={values.current} />
        )}
        <PasswordField
          label={t("password.repeat")}
          autoComplete="new-password"
          required
          value={values.repeat}
          onChange={set("repeat")}
          problem={differs ? t("password.differs") : undefined}
        />
        <p className={styles.note}>{t("password.sessionsEnd")}</p>
        <Button kind="primary" type="submit" pending={change.isPending}>
          {t("password.submit")}
        </Button>
        {mustChange ? (
          <Button kind="quiet" onClick={() => void leave.signOut()}>
            {t("password.signOutInstead")}
          </Button>
        ) : (
          <Button kind="quiet" onClick={() => void leave.toTarget()}>
            {t("action.cancel")}
          </Button>
        )}
      </form>
    </Card>
  );
}

function fieldProblems(error: Error | null): { current?: string; next?: string; other?: string } {
  if (error === null) return {};
  const code = error instanceof ApiError ? error.code : "";
  if (code === "password_mismatch") return { current: errorSentence(error) };
  if (code === "weak_password") return { next: errorSentence(error) };
  return { other: errorSentence(error) };
}

function useLeave() {
  const navigate = useNavigate();
  const client = useQueryClient();
  const { next } = useSearch({ from: "/password" });
  const go = async (href: string) => {
    client.clear();
    await navigate({ href, replace: true });
  };
  return {
    toTarget: () => go(safeNext(next)),
    signOut: async () => {
      await signOut();
      await go("/login");
    },
  };
}
