import { useMutation, useQuery, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { KeyRound, Plus } from "lucide-react";
import { lazy, Suspense, useMemo, useState } from "react";
import { credentialsQuery, updateCredential } from "../../api/credentials";
import { meQuery } from "../../api/me";
import type { Credential } from "../../api/schema.gen";
import { Button } from "../../components/controls/Button";
import { EmptyState } from "../../components/feedback/EmptyState";
import { ErrorState } from "../../components/feedback/ErrorState";
import { showError } from "../../components/feedback/showError";
import { Grid } from "../../components/grid/Grid";
import { GridSkeleton } from "../../components/grid/GridSkeleton";
import { PageHead } from "../../components/shell/PageHead";
import { t } from "../../lib/i18n";
import { showToast } from "../../lib/toasts";
import { useTitle } from "../../lib/useTitle";
import { OwnLimits } from "../home/OwnLimits";
import { credentialColumns } from "./columns";

const CreateDialog = lazy(() => import("./CreateDialog"));
const SecretDialog = lazy(() => import("./SecretDialog"));
const SnippetsDialog = lazy(() => import("./SnippetsDialog"));
const DeleteDialog = lazy(() => import("./DeleteCredentialDialog"));

type Dialog =
  { kind: "create" } | { kind: "secret" | "snippets" | "delete"; credential: Credential } | null;

const rowKey = ({ access_key }: Credential) => access_key;

/** One's own keys for the S3 endpoint. */
export function CredentialsPage() {
  useTitle(t("credentials.title"));
  const me = useSuspenseQuery(meQuery).data;
  const credentials = useQuery(credentialsQuery);
  const [dialog, setDialog] = useState<Dialog>(null);
  const enable = useEnable();
  const canWrite = me.role !== "readonly";
  const columns = useMemo(
    () =>
      credentialColumns({
        canWrite,
        onSnippets: (credential) => setDialog({ kind: "snippets", credential }),
        onDelete: (credential) => setDialog({ kind: "delete", credential }),
        onEnable: enable,
      }),
    [canWrite, enable],
  );
  const close = () => setDialog(null);
  const list = credentials.data ?? [];
  const create = (
    <Button
      kind="primary"
      icon={<Plus size={16} aria-hidden />}
      onClick={() => setDialog({ kind: "create" })}
    >
      {t("credentials.create")}
    </Button>
  );

  return (
    <>
      <PageHead title={t("credentials.title")} note={t("credentials.note")}>
        <Link to="/requests">{t("requests.title")}</Link>
        {canWrite && create}
      </PageHead>
      <OwnLimits kind="credential" />
      {credentials.isPending && <GridSkeleton columns={columns} />}
      {credentials.isError && (
        <ErrorState error={credentials.error} onRetry={() => void credentials.refetch()} />
      )}
      {credentials.data?.length === 0 && (
        <EmptyState
          icon={<KeyRound size={28} aria-hidden />}
          title={t("credentials.none")}
          text={t("credentials.noneText")}
          action={canWrite && create}
        />
      )}
      {list.length > 0 && (
        <Grid
          label={t("credentials.title")}
          rows={list}
          rowKey={rowKey}
          rowName={(credential) => credential.description ?? credential.access_key}
          columns={columns}
          onOpen={(credential) => setDialog({ kind: "snippets", credential })}
        />
      )}
      <Suspense>
        {dialog?.kind === "create" && (
          <CreateDialog
            onClose={close}
            onCreated={(credential) => setDialog({ kind: "secret", credential })}
          />
        )}
        {dialog?.kind === "secret" && (
          <SecretDialog credential={dialog.credential} onStored={close} />
        )}
        {dialog?.kind === "snippets" && (
          <SnippetsDialog credential={dialog.credential} onClose={close} />
        )}
        {dialog?.kind === "delete" && (
          <DeleteDialog credential={dialog.credential} onClose={close} />
        )}
      </Suspense>
    </>
  );
}

/** Switches a credential on or off; off can be taken back from the message. */
function useEnable(): (credential: Credential, isOn: boolean) => void {
  const client = useQueryClient();
  const { mutate } = useMutation({
    mutationFn: ({ key, isOn }: { key: string; isOn: boolean }) =>
      updateCredential(key, { enabled: isOn }),
    onSuccess: () => client.invalidateQueries({ queryKey: credentialsQuery.queryKey }),
    onError: showError,
  });
  return useMemo(() => {
    const set = ({ access_key: key }: Credential, isOn: boolean) =>
      mutate({ key, isOn }, { onSuccess: () => tell(key, isOn) });
    const tell = (key: string, isOn: boolean) =>
      showToast({
        tone: "ok",
        text: isOn ? t("credentials.enabled", { key }) : t("credentials.disabled", { key }),
        action: { text: t("action.undo"), act: () => mutate({ key, isOn: !isOn }) },
      });
    return set;
  }, [mutate]);
}
