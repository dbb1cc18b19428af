import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { deleteVersions } from "../../api/objectParts";
import type { Place } from "../../api/objects";
import type { ObjectVersion } from "../../api/schema.gen";
import { Field } from "../../components/controls/Field";
import { Time } from "../../components/data/Time";
import { useAction } from "../../components/feedback/useAction";
import { ConfirmDialog } from "../../components/forms/ConfirmDialog";
import { formatBytes } from "../../lib/format";
import { t } from "../../lib/i18n";
import { parseKeep, versionsToRemove } from "./keepLast";

interface KeepLastDialogProps {
  place: Place;
  versions: readonly ObjectVersion[];
  /** What is out of date afterwards. */
  stale: readonly (readonly unknown[])[];
  onClose: () => void;
}

/** Keeps the newest versions of an object and takes the others away for good, said before. */
export default function KeepLastDialog({ place, versions, stale, onClose }: KeepLastDialogProps) {
  const [text, setText] = useState("3");
  const client = useQueryClient();
  const keep = parseKeep(text);
  const gone = keep === null ? [] : versionsToRemove(versions, keep);
  const remove = () =>
    // Some may be gone where one is locked.
    deleteVersions(place, gone).finally(() =>
      Promise.all(stale.map((queryKey) => client.invalidateQueries({ queryKey }))),
    );
  const act = useAction(remove, {
    stale: [],
    done: t("keep.done", { count: gone.length }),
    onDone: onClose,
  });
  return (
    <ConfirmDialog
      title={t("keep.title")}
      action={t("keep.action", { count: gone.length })}
      act={act}
      isDanger
      isReady={gone.length > 0}
      typedName={place.bucket}
      onClose={onClose}
      first={
        <Field
          label={t("keep.count")}
          problem={keep === null ? t("keep.invalid") : undefined}
          inputMode="numeric"
          autoComplete="off"
          autoFocus
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      }
    >
      <Consequence gone={gone} isKnown={keep !== null} />
    </ConfirmDialog>
  );
}

function Consequence({ gone, isKnown }: { gone: readonly ObjectVersion[]; isKnown: boolean }) {
  const [newest, oldest] = [gone[0], gone.at(-1)];
  const size = formatBytes(gone.reduce((sum, version) => sum + version.size, 0));
  return (
    <div role="status">
      {isKnown && newest === undefined && <p>{t("keep.none")}</p>}
      {newest !== undefined && (
        <p>
          {t("keep.gone", { count: gone.length, size })} <Time at={oldest?.last_modified} isExact />{" "}
          – <Time at={newest.last_modified} isExact />
        </p>
      )}
    </div>
  );
}
