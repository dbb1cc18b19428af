import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { backendsQuery, bucketsQuery } from "../../api/backends";
import { createJob, jobsKey } from "../../api/jobs";
import { problemAt } from "../../api/problems";
import type { JobCreate } from "../../api/schema.gen";
import { Field, Select } from "../../components/controls/Field";
import { useAction } from "../../components/feedback/useAction";
import { Pair } from "../../components/forms/Check";
import { FormDialog } from "../../components/forms/FormDialog";
import { type Carried, carried } from "../../lib/carried";
import { t, type TextKey } from "../../lib/i18n";

type Conflict = NonNullable<NonNullable<JobCreate["options"]>["on_conflict"]>;

const CONFLICTS: Record<Conflict, TextKey> = {
  skip: "transfer.skip",
  replace: "transfer.replace",
  keep_both: "transfer.keepBoth",
  newer: "transfer.newer",
};

export interface TransferDialogProps {
  kind: "copy" | "move";
  /** The prefix is what they have in common, and lose on the way. */
  from: Carried["from"];
  /** Where they are to go, if that is known; it can still be changed. */
  to: Carried["from"] | undefined;
  /** Keys of objects; those of folders end with a slash. */
  keys: readonly string[];
  onClose: () => void;
}

/** Where objects and folders are to go; the work goes on when the page is closed. */
export default function TransferDialog(props: TransferDialogProps) {
  const { kind, from, to = from, keys, onClose } = props;
  const backends = useQuery(backendsQuery).data ?? [];
  const [target, setTarget] = useState(to);
  const [conflict, setConflict] = useState<Conflict>("skip");
  const buckets = useQuery(bucketsQuery(target.backend)).data ?? [];
  const folder = asFolder(target.prefix);
  const act = useAction(
    () =>
      createJob({
        kind,
        source: {
          backend_id: from.backend,
          bucket: from.bucket,
          prefix: from.prefix,
          keys: [...keys],
        },
        target: { backend_id: target.backend, bucket: target.bucket, prefix: folder },
        options: { on_conflict: conflict },
      }),
    {
      stale: [jobsKey],
      done: t("jobs.started"),
      onDone: () => {
        // What was moved is not where it was cut any more.
        if (kind === "move") carried.set(null);
        onClose();
      },
    },
  );
  const isHere =
    target.backend === from.backend && target.bucket === from.bucket && folder === from.prefix;
  const action = kind === "copy" ? t("transfer.copy") : t("transfer.move");
  const title = { count: keys.length };
  return (
    <FormDialog
      title={kind === "copy" ? t("transfer.copyTitle", title) : t("transfer.moveTitle", title)}
      action={action}
      onSubmit={() => act.mutate()}
      onClose={onClose}
      error={act.error}
      isPending={act.isPending}
      isReady={!isHere && target.bucket !== ""}
    >
      <Pair>
        <Select
          label={t("transfer.backend")}
          autoFocus
          value={target.backend}
          onChange={({ target: { value } }) => setTarget({ ...target, backend: value, bucket: "" })}
        >
          {backends.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </Select>
        <Select
          label={t("transfer.bucket")}
          problem={problemAt(act.error, "target")}
          value={target.bucket}
          onChange={({ target: { value } }) => setTarget({ ...target, bucket: value })}
        >
          <option value="" disabled>
            {t("transfer.choose")}
          </option>
          {buckets.map(({ name }) => (
            <option key={name}>{name}</option>
          ))}
        </Select>
      </Pair>
      <Field
        label={t("transfer.folder")}
        hint={isHere ? t("transfer.elsewhere") : t("transfer.folderHint")}
        spellCheck={false}
        value={target.prefix}
        onChange={({ target: { value } }) => setTarget({ ...target, prefix: value })}
      />
      <Select
        label={t("transfer.conflict")}
        value={conflict}
        onChange={({ target: { value } }) => setConflict(value as Conflict)}
      >
        {(Object.keys(CONFLICTS) as Conflict[]).map((name) => (
          <option key={name} value={name}>
            {t(CONFLICTS[name])}
          </option>
        ))}
      </Select>
    </FormDialog>
  );
}

/** A folder's key ends with a slash; nothing stands for the top of the bucket. */
function asFolder(typed: string): string {
  return typed === "" || typed.endsWith("/") ? typed : `${typed}/`;
}
