import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { LogIn } from "lucide-react";
import { errorWords } from "../../api/errorText";
import { authConfigQuery } from "../../api/me";
import type { AuthConfig } from "../../api/schema.gen";
import { Button } from "../../components/controls/Button";
import { Banner } from "../../components/feedback/Banner";
import { Card } from "../../components/shell/Card";
import { t } from "../../lib/i18n";
import { safeNext } from "../../lib/next";
import { useTitle } from "../../lib/useTitle";
import { Refusal } from "./Refusal";
import styles from "./SignIn.module.css";
import { SignInForm } from "./SignInForm";

/** The card that everybody meets first. */
export function SignInPage() {
  useTitle(t("signin.title"));
  const config = useQuery(authConfigQuery);
  const { error, reason } = useSearch({ from: "/login" });
  return (
    <Card title={t("signin.title")}>
      {error !== undefined && <Refusal code={error} reason={reason} />}
      {config.isError && (
        <Banner
          tone="err"
          action={<Button onClick={() => void config.refetch()}>{t("action.retry")}</Button>}
        >
          {errorWords(config.error).message}
        </Banner>
      )}
      {config.data !== undefined && <Ways config={config.data} />}
    </Card>
  );
}

function Ways({ config }: { config: AuthConfig }) {
  const hasForm = config.modes.includes("local") || config.modes.includes("static");
  const hasSso = config.modes.includes("oidc");
  if (!hasForm && !hasSso) return <Banner tone="warn">{t("signin.noMode")}</Banner>;
  const sso = hasSso && <Sso name={config.oidc_name} isOnlyWay={!hasForm} />;
  const isSsoFirst = config.modes[0] === "oidc";
  return (
    <>
      {config.notice !== undefined && <Banner tone="info">{config.notice}</Banner>}
      {isSsoFirst && sso}
      {hasForm && hasSso && isSsoFirst && <Divider />}
      {hasForm && <Form />}
      {hasForm && hasSso && !isSsoFirst && <Divider />}
      {!isSsoFirst && sso}
      {config.modes.includes("static") && <p className={styles.note}>{t("signin.static")}</p>}
    </>
  );
}

function Form() {
  const navigate = useNavigate();
  const client = useQueryClient();
  const { next } = useSearch({ from: "/login" });
  const go = async (mustChange: boolean) => {
    client.removeQueries({ queryKey: ["me"] });
    await navigate({ href: mustChange ? "/password" : safeNext(next), replace: true });
  };
  return <SignInForm onSignedIn={(result) => void go(result.must_change_pw === true)} />;
}

function Sso({ name, isOnlyWay }: { name: string | undefined; isOnlyWay: boolean }) {
  const { next } = useSearch({ from: "/login" });
  const start = () => {
    location.assign(`/auth/login/oidc?next=${encodeURIComponent(safeNext(next))}`);
  };
  return (
    <Button
      className={styles.submit}
      kind={isOnlyWay ? "primary" : "default"}
      icon={<LogIn size={16} aria-hidden />}
      autoFocus={isOnlyWay}
      onClick={start}
    >
      {t("signin.sso", { name: name ?? t("signin.ssoDefault") })}
    </Button>
  );
}

function Divider() {
  return <div className={styles.divider}>{t("signin.or")}</div>;
}
