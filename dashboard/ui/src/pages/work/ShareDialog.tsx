import { useState } from "react";
import type { Place } from "../../api/objects";
import { problemAt } from "../../api/problems";
import type { Share, ShareCreate } from "../../api/schema.gen";
import { createShare, sharesKey } from "../../api/shares";
import { Button } from "../../components/controls/Button";
import { Field, Select } from "../../components/controls/Field";
import { PasswordField } from "../../components/controls/PasswordField";
import { useAction } from "../../components/feedback/useAction";
import { Pair } from "../../components/forms/Check";
import { FormDialog } from "../../components/forms/FormDialog";
import { formatDateTime } from "../../lib/format";
import { t } from "../../lib/i18n";
import { baseName, visibleName } from "../../lib/keys";
import { generatePassword } from "../../lib/password";
import { isoIn, LIFETIMES } from "./lifetimes";
import { ShareLink } from "./ShareLink";

export interface ShareDialogProps {
  place: Place;
  /** What is shared: one object, several, or the folder whose key ends with a slash. */
  keys: readonly string[];
  onClose: () => void;
}

/** A link for people without an account, with an end and, if wanted, a password. */
export default function ShareDialog({ place, keys, onClose }: ShareDialogProps) {
  const [openedAt] = useState(() => Date.now());
  const [isInbox, setInbox] = useState(false);
  const [days, setDays] = useState(7);
  const [password, setPassword] = useState("");
  const [downloads, setDownloads] = useState("");
  const [note, setNote] = useState("");
  const [made, setMade] = useState<Share | null>(null);
  const target = targetOf(keys, isInbox);
  const expiresAt = days === 0 ? "" : isoIn(openedAt, days);
  const act = useAction(
    () =>
      createShare({
        ...target,
        backend_id: place.backend,
        bucket: place.bucket,
        expires_at: expiresAt,
        password,
        note,
        max_downloads: Number(downloads === "" ? 0 : downloads),
      }),
    { stale: [sharesKey], onDone: setMade },
  );
  if (made !== null) return <ShareLink share={made} password={password} onClose={onClose} />;
  const problem = (field: string) => problemAt(act.error, field);
  return (
    <FormDialog
      title={titleOf(keys)}
      action={t("share.create")}
      onSubmit={() => act.mutate()}
      onClose={onClose}
      error={act.error}
      isPending={act.isPending}
      isReady={/^\d*$/.test(downloads)}
    >
      {target.kind === "folder" || isInbox ? (
        <Select
          label={t("share.what")}
          autoFocus
          value={isInbox ? "upload" : "folder"}
          onChange={(event) => setInbox(event.target.value === "upload")}
        >
          <option value="folder">{t("share.folder")}</option>
          <option value="upload">{t("share.inbox")}</option>
        </Select>
      ) : null}
      <Pair>
        <Select
          label={t("share.ends")}
          hint={expiresAt === "" ? t("share.never") : formatDateTime(expiresAt)}
          problem={problem("expires_at")}
          value={days}
          onChange={(event) => setDays(Number(event.target.value))}
        >
          {LIFETIMES.map(([value, text]) => (
            <option key={value} value={value}>
              {t(text)}
            </option>
          ))}
        </Select>
        {!isInbox && (
          <Field
            label={t("share.limit")}
            hint={t("share.limitHint")}
            problem={problem("max_downloads")}
            inputMode="numeric"
            value={downloads}
            onChange={(event) => setDownloads(event.target.value)}
          />
        )}
      </Pair>
      <PasswordField
        label={t("share.password")}
        hint={t("share.passwordHint")}
        problem={problem("password")}
        autoComplete="new-password"
        value={password}
        onChange={(event) => setPassword(event.target.value)}
      />
      <div>
        <Button onClick={() => setPassword(generatePassword())}>{t("share.generate")}</Button>
      </div>
      <Field
        label={t("share.note")}
        hint={t("share.noteHint")}
        problem={problem("note")}
        maxLength={500}
        value={note}
        onChange={(event) => setNote(event.target.value)}
      />
    </FormDialog>
  );
}

type Target = Pick<ShareCreate, "kind" | "key" | "keys" | "prefix">;

function targetOf(keys: readonly string[], isInbox: boolean): Target {
  const [only = ""] = keys;
  if (isInbox) return { kind: "upload", prefix: only };
  if (keys.length > 1) return { kind: "objects", keys: [...keys] };
  return only.endsWith("/") ? { kind: "folder", prefix: only } : { kind: "object", key: only };
}

function titleOf(keys: readonly string[]): string {
  if (keys.length > 1) return t("share.titleMany", { count: keys.length });
  return t("share.title", { name: visibleName(baseName(keys[0] ?? "")) });
}
