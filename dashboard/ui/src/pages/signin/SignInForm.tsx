import { useMutation } from "@tanstack/react-query";
import { type SubmitEvent, useState } from "react";
import { ApiError } from "../../api/error";
import { errorWords } from "../../api/errorText";
import { signIn } from "../../api/me";
import type { LoginResult } from "../../api/schema.gen";
import { Button } from "../../components/controls/Button";
import { Field } from "../../components/controls/Field";
import { PasswordField } from "../../components/controls/PasswordField";
import { Banner } from "../../components/feedback/Banner";
import { t } from "../../lib/i18n";
import { useCountdown } from "../../lib/useCountdown";
import styles from "./SignIn.module.css";

interface SignInFormProps {
  onSignedIn: (result: LoginResult) => void;
}

/** User name and password; a lock or a limit counts down on the button itself. */
export function SignInForm({ onSignedIn }: SignInFormProps) {
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const [blockedUntil, setBlockedUntil] = useState<number | null>(null);
  const secondsLeft = useCountdown(blockedUntil);
  const attempt = useMutation({
    mutationFn: signIn,
    onSuccess: onSignedIn,
    onError: (error) => {
      const seconds = error instanceof ApiError ? error.retryAfterSeconds : null;
      setBlockedUntil(seconds === null ? null : Date.now() + seconds * 1000);
    },
  });

  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (secondsLeft === 0 && !attempt.isPending) attempt.mutate({ username, password });
  };

  return (
    <form className={styles.form} onSubmit={submit}>
      {attempt.error !== null && <Refusal error={attempt.error} secondsLeft={secondsLeft} />}
      <Field
        label={t("signin.username")}
        name="username"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        autoFocus
        required
        value={username}
        onChange={(event) => setUsername(event.target.value)}
      />
      <PasswordField
        label={t("signin.password")}
        name="password"
        autoComplete="current-password"
        required
        value={password}
        onChange={(event) => setPassword(event.target.value)}
      />
      <Button
        kind="primary"
        type="submit"
        className={styles.submit}
        pending={attempt.isPending}
        aria-disabled={secondsLeft > 0}
      >
        {secondsLeft > 0 ? t("signin.wait", { time: clock(secondsLeft) }) : t("signin.submit")}
      </Button>
    </form>
  );
}

function Refusal({ error, secondsLeft }: { error: Error; secondsLeft: number }) {
  const words = errorWords(error);
  const isLimit = error instanceof ApiError && error.retryAfterSeconds !== null;
  if (isLimit && secondsLeft === 0) return null;
  return (
    <Banner tone="err">
      {words.message} {words.cure}
    </Banner>
  );
}

function clock(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
