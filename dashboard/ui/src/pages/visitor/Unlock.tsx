import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ApiError } from "../../api/error";
import { errorSentence } from "../../api/errorText";
import { sharedQuery, unlockShared } from "../../api/visitor";
import { Button } from "../../components/controls/Button";
import { PasswordField } from "../../components/controls/PasswordField";
import { formatDuration } from "../../lib/format";
import { t } from "../../lib/i18n";
import { useCountdown } from "../../lib/useCountdown";
import styles from "./Visitor.module.css";

/** The password that goes with the link; too many tries have to wait. */
export function Unlock({ code }: { code: string }) {
  const client = useQueryClient();
  const [password, setPassword] = useState("");
  const [deadline, setDeadline] = useState<number | null>(null);
  const unlock = useMutation({
    mutationFn: () => unlockShared(code, password),
    onSuccess: (item) => client.setQueryData(sharedQuery(code).queryKey, item),
    onError: (error) => {
      const wait = error instanceof ApiError ? error.retryAfterSeconds : null;
      setDeadline(wait === null ? null : Date.now() + wait * 1000);
    },
  });
  const secondsLeft = useCountdown(deadline);
  return (
    <form
      className={styles.card}
      onSubmit={(event) => {
        event.preventDefault();
        if (password !== "" && secondsLeft === 0) unlock.mutate();
      }}
    >
      <h1>{t("visitor.locked")}</h1>
      <PasswordField
        label={t("signin.password")}
        problem={unlock.isError ? errorSentence(unlock.error) : undefined}
        autoFocus
        autoComplete="off"
        value={password}
        onChange={(event) => setPassword(event.target.value)}
      />
      <Button
        kind="primary"
        type="submit"
        disabled={password === "" || secondsLeft > 0}
        pending={unlock.isPending}
      >
        {secondsLeft > 0
          ? t("signin.wait", { time: formatDuration(secondsLeft) })
          : t("visitor.unlock")}
      </Button>
    </form>
  );
}
