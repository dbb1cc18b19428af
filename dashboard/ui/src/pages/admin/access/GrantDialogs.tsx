import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { createGrant, deleteGrant, grantsKey, groupsQuery, updateGrant } from "../../../api/access";
import { problemAt } from "../../../api/problems";
import type { StoredGrant } from "../../../api/schema.gen";
import { Select } from "../../../components/controls/Field";
import { useAction } from "../../../components/feedback/useAction";
import { Pair } from "../../../components/forms/Check";
import { Combo } from "../../../components/forms/Combo";
import { ConfirmDialog } from "../../../components/forms/ConfirmDialog";
import { FormDialog } from "../../../components/forms/FormDialog";
import { t } from "../../../lib/i18n";
import { accessWords } from "../../credentials/accessWords";
import { type Access, AccessFields } from "../AccessFields";
import { PlaceFields, placeText, type PlaceValues } from "../PlaceFields";
import { useUsers } from "../useUsers";
import { type GrantDialog, KINDS, useSubjectNames } from "./GrantsView";

interface GrantDialogsProps {
  dialog: GrantDialog;
  onClose: () => void;
}

/** The dialog that was asked for. */
export default function GrantDialogs({ dialog, onClose }: GrantDialogsProps) {
  if (dialog.kind === "create") return <CreateDialog onClose={onClose} />;
  const { grant } = dialog;
  if (dialog.kind === "edit") return <EditDialog grant={grant} onClose={onClose} />;
  return <DeleteDialog grant={grant} onClose={onClose} />;
}

interface GrantDialogProps {
  grant: StoredGrant;
  onClose: () => void;
}

function useWords({ subject, backend_id: backend, bucket, prefix }: StoredGrant) {
  const nameOf = useSubjectNames();
  return {
    name: nameOf(subject.kind, subject.id),
    place: placeText({ backend, bucket, prefix }),
  };
}

function DeleteDialog({ grant, onClose }: GrantDialogProps) {
  const { name, place } = useWords(grant);
  const act = useAction(() => deleteGrant(grant.id), {
    stale: [grantsKey],
    done: t("grants.deleted", { name }),
    onDone: onClose,
  });
  return (
    <ConfirmDialog
      title={t("grants.deleteTitle", { name })}
      action={t("grants.delete")}
      act={act}
      isDanger
      onClose={onClose}
    >
      <p>{t("grants.deleteText", { access: accessWords(grant.access), place })}</p>
    </ConfirmDialog>
  );
}

function EditDialog({ grant, onClose }: GrantDialogProps) {
  const { name, place } = useWords(grant);
  const [access, setAccess] = useState<Access>(grant.access);
  const save = useAction(() => updateGrant(grant.id, { access }), {
    stale: [grantsKey],
    done: t("grants.saved", { name }),
    onDone: onClose,
  });
  return (
    <FormDialog
      title={t("grants.editTitle", { name })}
      action={t("action.save")}
      onSubmit={() => save.mutate()}
      onClose={onClose}
      error={save.error}
      isPending={save.isPending}
      isReady={access.length > 0}
    >
      <p>{place}</p>
      <AccessFields access={access} onChange={setAccess} />
    </FormDialog>
  );
}

function CreateDialog({ onClose }: { onClose: () => void }) {
  const [kind, setKind] = useState("user");
  const [subject, setSubject] = useState("");
  const [place, setPlace] = useState<PlaceValues>({ backend: "", bucket: "", prefix: "" });
  const [access, setAccess] = useState<Access>("readonly");
  const { suggestions, idOf, isLoaded } = useSubjects(kind);
  const create = useAction(
    () =>
      createGrant({
        subject: { kind, id: idOf(subject) },
        backend_id: place.backend,
        bucket: place.bucket,
        prefix: place.prefix,
        access,
      }),
    { stale: [grantsKey], done: t("grants.saved", { name: subject }), onDone: onClose },
  );
  const isReady =
    isLoaded && subject !== "" && place.backend !== "" && place.bucket !== "" && access.length > 0;
  return (
    <FormDialog
      title={t("grants.create")}
      action={t("grants.create")}
      onSubmit={() => create.mutate()}
      onClose={onClose}
      error={create.error}
      isPending={create.isPending}
      isReady={isReady}
    >
      <Pair>
        <Select
          label={t("grants.kind")}
          autoFocus
          value={kind}
          onChange={(event) => {
            setKind(event.target.value);
            setSubject("");
          }}
        >
          {Object.entries(KINDS).map(([value, text]) => (
            <option key={value} value={value}>
              {t(text)}
            </option>
          ))}
        </Select>
        <Combo
          key={kind}
          label={t("grants.who")}
          problem={problemAt(create.error, "subject")}
          suggestions={suggestions}
          value={subject}
          onChange={setSubject}
        />
      </Pair>
      <PlaceFields values={place} onChange={setPlace} error={create.error} mayBeAll />
      <AccessFields access={access} onChange={setAccess} />
    </FormDialog>
  );
}

/** Who may be meant by a kind of subject, and the id of what was typed. */
function useSubjects(kind: string) {
  const users = useUsers();
  const groups = useQuery(groupsQuery).data;
  if (kind === "user") {
    return { suggestions: users.names, idOf: users.idOf, isLoaded: users.isLoaded };
  }
  if (kind === "role") {
    return { suggestions: ["user", "readonly"], idOf: (name: string) => name, isLoaded: true };
  }
  return {
    suggestions: (groups ?? []).map(({ name }) => name),
    idOf: (name: string) => groups?.find((group) => group.name === name)?.id ?? name,
    isLoaded: groups !== undefined,
  };
}
