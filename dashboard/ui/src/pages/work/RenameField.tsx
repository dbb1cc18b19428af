import { type KeyboardEvent, useEffect, useId, useLayoutEffect, useRef, useState } from "react";
import { errorSentence } from "../../api/errorText";
import { createJob, jobsKey } from "../../api/jobs";
import { copyObject } from "../../api/objectParts";
import { deleteObjects, listingKey, type Place } from "../../api/objects";
import { useAction } from "../../components/feedback/useAction";
import { t } from "../../lib/i18n";
import { baseName, parentPrefix, visibleName } from "../../lib/keys";
import styles from "./Rename.module.css";

export interface RenameFieldProps {
  place: Place;
  /** An object's key, or a folder's with its slash. */
  objectKey: string;
  /** The names that are taken here. */
  taken: ReadonlySet<string>;
  onClose: () => void;
  /** Called when it is sent, with the key that the row will have. */
  onSend: (key: string) => void;
  onRenamed: (key: string) => void;
}

/** Another name at the same place, written into the row; a folder is moved by a job. */
export default function RenameField(props: RenameFieldProps) {
  const { place, objectKey, taken, onClose, onSend, onRenamed } = props;
  const isFolder = objectKey.endsWith("/");
  const old = baseName(objectKey);
  const [name, setName] = useState(old);
  const { field, goBack } = useFieldFocus(old, isFolder);
  const parent = isFolder ? parentPrefix(objectKey) : objectKey.slice(0, -old.length || undefined);
  const key = parent + name + (isFolder ? "/" : "");
  const act = useAction(
    () => (isFolder ? moveFolder(place, objectKey, key) : moveObject(place, objectKey, key)),
    {
      stale: [listingKey(place), jobsKey],
      done: isFolder ? t("jobs.started") : t("rename.done", { name: visibleName(name) }),
      onDone: () => {
        goBack();
        onRenamed(key);
      },
    },
  );
  const problem = name === old ? undefined : nameProblem(name, taken);
  const close = () => {
    goBack();
    onClose();
  };
  const send = () => {
    if (act.isPending || problem !== undefined) return;
    if (name === old) {
      close();
      return;
    }
    onSend(key);
    act.mutate();
  };
  const told = act.isError ? errorSentence(act.error) : problem;
  const isTypeChanged = !isFolder && extension(name) !== extension(old);
  const hint = isFolder
    ? t("rename.folderHint")
    : isTypeChanged
      ? t("rename.extension")
      : undefined;
  const id = useId();
  return (
    <span
      className={styles.place}
      data-editing
      // What the row does with clicks and keys is not meant here.
      onClick={(event) => event.stopPropagation()}
      onDoubleClick={(event) => event.stopPropagation()}
    >
      <input
        ref={field}
        className={styles.field}
        aria-label={t("rename.title", { name: visibleName(old) })}
        aria-invalid={told !== undefined}
        aria-describedby={(told ?? hint) ? id : undefined}
        spellCheck={false}
        maxLength={1024}
        readOnly={act.isPending}
        value={name}
        onChange={({ target }) => setName(target.value)}
        onKeyDown={(event) => answer(event, { send, close })}
        onBlur={() => {
          // Another window may be looked at for the name; what is half written waits.
          if (document.hasFocus() && name === old && !act.isPending) onClose();
        }}
      />
      {(told ?? hint) !== undefined && (
        <Note id={id} tone={told === undefined ? "hint" : "err"}>
          {told ?? hint}
        </Note>
      )}
    </span>
  );
}

function answer(event: KeyboardEvent, { send, close }: Record<"send" | "close", () => void>): void {
  event.stopPropagation();
  if (event.nativeEvent.isComposing) return;
  if (event.key === "Enter") send();
  else if (event.key === "Escape") close();
  else return;
  event.preventDefault();
}

interface NoteProps {
  id: string;
  tone: "hint" | "err";
  children: string | undefined;
}

/** Below the field, or above it where the list ends. */
function Note({ id, tone, children }: NoteProps) {
  const note = useRef<HTMLSpanElement>(null);
  const [isAbove, setAbove] = useState(false);
  useLayoutEffect(() => {
    const end = note.current?.closest("[role=grid]")?.getBoundingClientRect().bottom ?? Infinity;
    const field = note.current?.parentElement?.getBoundingClientRect().bottom ?? 0;
    setAbove(field + 2 * (note.current?.offsetHeight ?? 0) > end);
  }, []);
  return (
    <span
      ref={note}
      id={id}
      role={tone === "err" ? "alert" : undefined}
      className={styles.note}
      data-tone={tone}
      data-above={isAbove}
    >
      {children}
    </span>
  );
}

/**
 * The field takes the focus, with the name selected up to its ending, and gives it back to its row.
 * A menu that it was opened from gives focus to its button when it closes, be it later.
 */
function useFieldFocus(old: string, isFolder: boolean) {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const input = field.current;
    const row = input?.closest<HTMLElement>("[role=row]");
    const take = () => {
      input?.focus({ preventScroll: true });
      const dot = old.lastIndexOf(".");
      input?.setSelectionRange(0, isFolder || dot <= 0 ? old.length : dot);
    };
    const takeBack = ({ target }: FocusEvent) => {
      if (target !== input) take();
    };
    const letGo = () => row?.removeEventListener("focusin", takeBack);
    row?.addEventListener("focusin", takeBack);
    input?.addEventListener("keydown", letGo, { once: true });
    addEventListener("pointerdown", letGo, { once: true });
    take();
    return () => {
      letGo();
      removeEventListener("pointerdown", letGo);
    };
  }, [old, isFolder]);
  const goBack = () => field.current?.closest<HTMLElement>("[role=row]")?.focus();
  return { field, goBack };
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
