import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { backendsQuery } from "../../api/backends";
import { deleteEmptyFolders, deleteObjects, listBelow, type Place } from "../../api/objects";
import type { FailedKey } from "../../api/schema.gen";
import { errorSentence } from "../../api/errorText";
import { Button } from "../../components/controls/Button";
import { Banner } from "../../components/feedback/Banner";
import { Dialog, DialogActions, DialogBody } from "../../components/layers/Dialog";
import { formatBytes } from "../../lib/format";
import { t } from "../../lib/i18n";
import { visibleName } from "../../lib/keys";
import { showToast } from "../../lib/toasts";
import { createJob, jobsKey } from "../../api/jobs";
import { versioningQuery } from "../../api/settings";
import type { Entry } from "../browser/entries";
import { outcomeAction, outcomeOf, outcomeText } from "./outcome";
import { offerUndo } from "./undo";

/** More than that is left to a job. */
const MOST_AT_ONCE = 1000;

interface DeleteDialogProps {
  place: Place;
  entries: readonly Entry[];
  /** Whether the person may take the markers away that a deletion leaves. */
  mayUndo: boolean;
  onClose: () => void;
  onDeleted: (keys: readonly string[]) => void;
}

/** Says how much goes, whether for good, folders counted with all that is below; deletes it. */
export default function DeleteDialog(props: DeleteDialogProps) {
  const { place, entries, mayUndo, onClose, onDeleted } = props;
  const contents = useContents(place, entries);
  const keepsVersions = useKeepsVersions(place);
  const keys = contents.data?.map(({ key }) => key) ?? [];
  const client = useQueryClient();
  const isLong = keys.length > MOST_AT_ONCE;
  const remove = useMutation({
    mutationFn: async () => {
      if (isLong) {
        await startJob(place, entries);
        return [];
      }
      const failed = await deleteObjects(place, keys);
      const folders = entries.filter(({ kind }) => kind === "folder" && failed.length === 0);
      await Promise.all(folders.map(({ key }) => deleteEmptyFolders(place, key)));
      return failed;
    },
    onSuccess: (failed) => {
      if (failed.length > 0) return;
      if (isLong) {
        void client.invalidateQueries({ queryKey: jobsKey });
        showToast({ tone: "ok", text: t("jobs.started") });
      } else void offerUndo(client, place, { keys, mayUndo });
      onDeleted(keys);
    },
  });
  const failed = remove.data ?? [];
  const onlyObject = entries.length === 1 && entries[0]?.kind === "object" ? entries[0] : undefined;
  const outcome = outcomeOf({ keepsVersions, mayUndo, objects: keys.length });

  return (
    <Dialog title={title(entries)} onClose={onClose} isAlert>
      <DialogBody>
        {contents.isError && <Banner tone="err">{errorSentence(contents.error)}</Banner>}
        {contents.isPending && <p role="status">{t("delete.counting")}</p>}
        {contents.data !== undefined && (
          <p>
            {outcomeText(outcome, {
              name: onlyObject && visibleName(onlyObject.name),
              count: keys.length,
              size: formatBytes(sizeOf(contents.data)),
            })}
          </p>
        )}
        {remove.isError && <Banner tone="err">{errorSentence(remove.error)}</Banner>}
        {failed.length > 0 && <Failures failed={failed} />}
      </DialogBody>
      <DialogActions>
        <Button autoFocus onClick={onClose}>
          {failed.length > 0 ? t("action.close") : t("action.cancel")}
        </Button>
        {failed.length === 0 && (
          <Button
            kind="danger"
            disabled={contents.data === undefined}
            pending={remove.isPending}
            onClick={() => remove.mutate()}
          >
            {outcomeAction(outcome)}
          </Button>
        )}
      </DialogActions>
    </Dialog>
  );
}

/** Every object that the deletion means: folders stand for what is below them. */
function useContents(place: Place, entries: readonly Entry[]) {
  const objects = entries.flatMap((entry) =>
    entry.kind === "object" ? [{ key: entry.key, size: entry.sizeBytes }] : [],
  );
  const folders = entries.filter(({ kind }) => kind === "folder");
  return useQuery({
    queryKey: ["delete", place, entries.map(({ key }) => key)],
    queryFn: async ({ signal }) => {
      const below = await Promise.all(folders.map(({ key }) => listBelow(place, key, signal)));
      return [...objects, ...below.flat()];
    },
    ...(folders.length === 0 ? { initialData: objects } : {}),
    staleTime: 0,
    gcTime: 0,
  });
}

/** Asked anew each time; until the answer, and without one, the bucket counts as keeping none. */
function useKeepsVersions(place: Place): boolean {
  const backend = useQuery(backendsQuery).data?.find(({ id }) => id === place.backend);
  const enabled = backend?.capabilities.versioning === true;
  const { data, isFetching } = useQuery({ ...versioningQuery(place), staleTime: 0, enabled });
  return data?.enabled === true && !isFetching;
}

/** A job deletes what would take long; it goes on when the page is closed. */
async function startJob({ backend, bucket }: Place, entries: readonly Entry[]): Promise<void> {
  const keys = entries.map(({ key }) => key);
  await createJob({ kind: "delete", source: { backend_id: backend, bucket, keys } });
}

function title(entries: readonly Entry[]): string {
  const only = entries.length === 1 ? entries[0] : undefined;
  if (only === undefined) return t("delete.titleMany", { count: entries.length });
  return t("delete.title", { name: visibleName(only.name) });
}

function sizeOf(contents: readonly { size: number }[]): number {
  return contents.reduce((sum, { size }) => sum + size, 0);
}

function Failures({ failed }: { failed: readonly FailedKey[] }) {
  return (
    <Banner tone="err">
      <p>{t("delete.failed", { count: failed.length })}</p>
      <ul>
        {failed.slice(0, 20).map(({ key, message, code }) => (
          <li key={key}>
            <code>{visibleName(key)}</code>: {message ?? code}
          </li>
        ))}
      </ul>
    </Banner>
  );
}
