import { useState } from "react";
import { problemAt } from "../../api/problems";
import type { Share } from "../../api/schema.gen";
import { revokeShare, sharesKey, updateShare } from "../../api/shares";
import { Field, Select } from "../../components/controls/Field";
import { useAction } from "../../components/feedback/useAction";
import { ConfirmDialog } from "../../components/forms/ConfirmDialog";
import { FormDialog } from "../../components/forms/FormDialog";
import { formatDateTime } from "../../lib/format";
import { t } from "../../lib/i18n";
import { isoIn, LIFETIMES } from "./lifetimes";
import { shareName } from "./shareColumns";
import { ShareLink } from "./ShareLink";
import type { ShareAction } from "./SharesPage";

interface ShareDialogsProps {
  dialog: ShareAction;
  onClose: () => void;
}

/** The dialog that was asked for. */
export default function ShareDialogs({ dialog: { kind, share }, onClose }: ShareDialogsProps) {
  if (kind === "link") return <ShareLink share={share} password="" onClose={onClose} />;
  if (kind === "edit") return <EditDialog share={share} onClose={onClose} />;
  return <RevokeDialog share={share} onClose={onClose} />;
}

interface ShareDialogProps {
  share: Share;
  onClose: () => void;
}

function RevokeDialog({ share, onClose }: ShareDialogProps) {
  const name = shareName(share);
  const act = useAction(() => revokeShare(share.id), {
    stale: [sharesKey],
    done: t("shares.revokedDone", { name }),
    onDone: onClose,
  });
  return (
    <ConfirmDialog
      title={t("shares.revokeTitle", { name })}
      action={t("shares.revoke")}
      act={act}
      isDanger
      onClose={onClose}
    >
      <p>{t("shares.revokeText")}</p>
    </ConfirmDialog>
  );
}

const KEPT = -1;

function EditDialog({ share, onClose }: ShareDialogProps) {
  const [openedAt] = useState(() => Date.now());
  const [days, setDays] = useState(KEPT);
  const [downloads, setDownloads] = useState(String(share.max_downloads ?? ""));
  const [note, setNote] = useState(share.note ?? "");
  const end = days === KEPT ? share.expires_at : days === 0 ? undefined : isoIn(openedAt, days);
  const act = useAction(
    () =>
      updateShare(share.id, {
        note,
        max_downloads: Number(downloads === "" ? 0 : downloads),
        ...(days === KEPT ? {} : { expires_at: end ?? "" }),
      }),
    { stale: [sharesKey], done: t("shares.saved"), onDone: onClose },
  );
  return (
    <FormDialog
      title={t("shares.editTitle", { name: shareName(share) })}
      action={t("action.save")}
      onSubmit={() => act.mutate()}
      onClose={onClose}
      error={act.error}
      isPending={act.isPending}
      isReady={/^\d*$/.test(downloads)}
    >
      <Select
        label={t("share.ends")}
        autoFocus
        hint={end === undefined ? t("share.never") : formatDateTime(end)}
        problem={problemAt(act.error, "expires_at")}
        value={days}
        onChange={({ target }) => setDays(Number(target.value))}
      >
        <option value={KEPT}>{t("shares.asItIs")}</option>
        {LIFETIMES.map(([value, text]) => (
          <option key={value} value={value}>
            {t(text)}
          </option>
        ))}
      </Select>
      <Field
        label={t("share.limit")}
        hint={t("share.limitHint")}
        problem={problemAt(act.error, "max_downloads")}
        inputMode="numeric"
        value={downloads}
        onChange={({ target }) => setDownloads(target.value)}
      />
      <Field
        label={t("share.note")}
        hint={t("share.noteHint")}
        maxLength={500}
        value={note}
        onChange={({ target }) => setNote(target.value)}
      />
    </FormDialog>
  );
}
