import { useState } from "react";
import { createJob, jobsKey } from "../../api/jobs";
import { copyObject } from "../../api/objectParts";
import { deleteObjects, listingKey, type Place } from "../../api/objects";
import { Field } from "../../components/controls/Field";
import { useAction } from "../../components/feedback/useAction";
import { FormDialog } from "../../components/forms/FormDialog";
import { t } from "../../lib/i18n";
import { baseName, parentPrefix, visibleName } from "../../lib/keys";

interface RenameDialogProps {
  place: Place;
  /** An object's key, or a folder's with its slash. */
  objectKey: string;
  /** The names that are taken here. */
  taken: ReadonlySet<string>;
  onClose: () => void;
  onRenamed: (key: string) => void;
}

/** Another name at the same place; a folder is moved by a job. */
export default function RenameDialog(props: RenameDialogProps) {
  const { place, objectKey, taken, onClose, onRenamed } = props;
  const isFolder = objectKey.endsWith("/");
  const old = baseName(objectKey);
  const [name, setName] = useState(old);
  const parent = isFolder ? parentPrefix(objectKey) : objectKey.slice(0, -old.length || undefined);
  const key = parent + name + (isFolder ? "/" : "");
  const act = useAction(
    () => (isFolder ? moveFolder(place, objectKey, key) : moveObject(place, objectKey, key)),
    {
      stale: [listingKey(place), jobsKey],
      done: isFolder ? t("jobs.started") : t("rename.done", { name: visibleName(name) }),
      onDone: () => {
        onClose();
        onRenamed(key);
      },
    },
  );
  const problem = name === old ? undefined : nameProblem(name, taken);
  const isTypeChanged = !isFolder && extension(name) !== extension(old);
  return (
    <FormDialog
      title={t("rename.title", { name: visibleName(old) })}
      action={t("rename.action")}
      onSubmit={() => act.mutate()}
      onClose={onClose}
      error={act.error}
      isPending={act.isPending}
      isReady={name !== old && problem === undefined}
    >
      <Field
        label={t("column.name")}
        hint={isTypeChanged ? t("rename.extension") : isFolder ? t("rename.folderHint") : undefined}
        problem={problem}
        autoFocus
        spellCheck={false}
        maxLength={1024}
        value={name}
        onChange={({ target }) => setName(target.value)}
      />
    </FormDialog>
  );
}

function nameProblem(name: string, taken: ReadonlySet<string>): string | undefined {
  if (name === "") return t("rename.empty");
  if (name.includes("/")) return t("rename.slash");
  return taken.has(name) ? t("rename.taken") : undefined;
}

function extension(name: string): string {
  const dot = name.lastIndexOf(".");
  return dot < 0 ? "" : name.slice(dot);
}

/** The source goes only after its copy is there. */
async function moveObject(place: Place, from: string, to: string): Promise<void> {
  await copyObject(place, { src_key: from, dst_key: to });
  const [failed] = await deleteObjects(place, [from]);
  if (failed !== undefined) throw new Error(failed.message ?? failed.code);
}

async function moveFolder({ backend, bucket }: Place, from: string, to: string): Promise<void> {
  const at = { backend_id: backend, bucket };
  await createJob({
    kind: "move",
    source: { ...at, prefix: from },
    target: { ...at, prefix: to },
  });
}
