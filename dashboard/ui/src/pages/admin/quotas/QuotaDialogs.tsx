import { useState } from "react";
import { problemAt } from "../../../api/problems";
import { allCredentialsQuery } from "../../../api/proxy";
import {
  deleteLimit,
  type Limited,
  LIMITED,
  type LimitSubject,
  putLimit,
  quotasKey,
} from "../../../api/quotas";
import type { ListedQuota } from "../../../api/schema.gen";
import { Select } from "../../../components/controls/Field";
import { useAction } from "../../../components/feedback/useAction";
import { Combo } from "../../../components/forms/Combo";
import { ConfirmDialog } from "../../../components/forms/ConfirmDialog";
import { FormDialog } from "../../../components/forms/FormDialog";
import { useQuery } from "@tanstack/react-query";
import { t, type TextKey } from "../../../lib/i18n";
import { LimitFields } from "../../settings/LimitFields";
import { judgeLimits, typedLimits } from "../../settings/limits";
import { PlaceFields } from "../PlaceFields";
import { KINDS } from "./columns";
import { useSubjects } from "./useSubjects";

export type QuotaDialog =
  | { kind: "create" }
  | { kind: "edit"; quota: ListedQuota }
  | { kind: "remove"; quota: ListedQuota; name: string };

interface QuotaDialogsProps {
  dialog: QuotaDialog;
  onClose: () => void;
}

/** A limit changes the list, and the meters beside its bucket. */
const STALE = [quotasKey, ["settings"], ["backends"]];
const NOBODY: LimitSubject = { kind: "bucket", backend: "", bucket: "", id: "" };

/** The dialog that was asked for. */
export default function QuotaDialogs({ dialog, onClose }: QuotaDialogsProps) {
  if (dialog.kind === "create") return <CreateDialog onClose={onClose} />;
  if (dialog.kind === "edit") return <EditDialog quota={dialog.quota} onClose={onClose} />;
  return <RemoveDialog quota={dialog.quota} name={dialog.name} onClose={onClose} />;
}

function subjectOf({ kind, id, backend_id = "", bucket = "" }: ListedQuota): LimitSubject {
  return { kind, backend: backend_id, bucket, id };
}

function useSave(subject: LimitSubject, stored: Partial<ListedQuota>, onDone: () => void) {
  const [typed, setTyped] = useState(() => typedLimits(stored));
  const { soft_bytes, hard_bytes, isSound } = judgeLimits(typed);
  const act = useAction(() => putLimit(subject, { soft_bytes, hard_bytes }), {
    stale: STALE,
    done: t("quotas.saved"),
    onDone,
  });
  const isReady = isSound && soft_bytes + hard_bytes > 0;
  const fields = <LimitFields typed={typed} onChange={setTyped} error={act.error} />;
  return { act, isReady, fields };
}

function EditDialog({ quota, onClose }: { quota: ListedQuota; onClose: () => void }) {
  const { nameOf } = useSubjects();
  const { act, isReady, fields } = useSave(subjectOf(quota), quota, onClose);
  return (
    <FormDialog
      title={t("quotas.edit", { name: nameOf(quota) })}
      action={t("action.save")}
      onSubmit={() => act.mutate()}
      onClose={onClose}
      error={act.error}
      isPending={act.isPending}
      isReady={isReady}
    >
      {fields}
    </FormDialog>
  );
}

function CreateDialog({ onClose }: { onClose: () => void }) {
  const [subject, setSubject] = useState(NOBODY);
  const { idOf } = useSubjects();
  // Who was typed before the names had come is known by now.
  const meant = { ...subject, id: idOf(subject.kind, subject.id) };
  const { act, isReady, fields } = useSave(meant, {}, onClose);
  const isNamed = subject.kind === "bucket" ? subject.bucket !== "" : subject.id !== "";
  return (
    <FormDialog
      title={t("quotas.create")}
      action={t("quotas.create")}
      onSubmit={() => act.mutate()}
      onClose={onClose}
      error={act.error}
      isPending={act.isPending}
      isReady={isReady && isNamed}
    >
      <Select
        label={t("quotas.kind")}
        autoFocus
        value={subject.kind}
        onChange={({ target }) => setSubject({ ...NOBODY, kind: target.value as Limited })}
      >
        {LIMITED.map((kind) => (
          <option key={kind} value={kind}>
            {t(KINDS[kind])}
          </option>
        ))}
      </Select>
      {subject.kind === "bucket" ? (
        <PlaceFields
          values={{ ...subject, prefix: "" }}
          onChange={({ backend, bucket }) => setSubject({ ...subject, backend, bucket })}
          error={act.error}
          hasPrefix={false}
        />
      ) : (
        <Somebody
          kind={subject.kind}
          name={subject.id}
          error={act.error}
          onChange={(id) => setSubject({ ...subject, id })}
        />
      )}
      {fields}
    </FormDialog>
  );
}

interface SomebodyProps {
  kind: Exclude<Limited, "bucket">;
  name: string;
  error: unknown;
  onChange: (name: string) => void;
}

const HINTS: Readonly<Record<SomebodyProps["kind"], TextKey>> = {
  user: "quotas.userHint",
  group: "quotas.groupHint",
  credential: "quotas.credentialHint",
};

/** A user, a group or a credential, by name. */
function Somebody({ kind, name, error, onChange }: SomebodyProps) {
  const { users, groups } = useSubjects();
  const keys = useQuery({ ...allCredentialsQuery, enabled: kind === "credential" }).data ?? [];
  const names = {
    user: users.names,
    group: groups.map((group) => group.name),
    credential: keys.map(({ access_key }) => access_key),
  }[kind];
  return (
    <Combo
      label={t(KINDS[kind])}
      hint={t(HINTS[kind])}
      problem={problemAt(error, "id")}
      suggestions={names}
      value={name}
      onChange={onChange}
    />
  );
}

interface RemoveDialogProps {
  quota: ListedQuota;
  name: string;
  onClose: () => void;
}

function RemoveDialog({ quota, name, onClose }: RemoveDialogProps) {
  const act = useAction(() => deleteLimit(subjectOf(quota)), {
    stale: STALE,
    done: t("quotas.removed"),
    onDone: onClose,
  });
  return (
    <ConfirmDialog
      title={t("quotas.removeTitle", { name })}
      action={t("quotas.remove")}
      act={act}
      isDanger
      onClose={onClose}
    >
      <p>{t("quotas.removeText")}</p>
    </ConfirmDialog>
  );
}
