import { useMutation, useQueryClient } from "@tanstack/react-query";
import { FileUp } from "lucide-react";
import { type SubmitEvent, useRef, useState } from "react";
import { ApiError } from "../../api/error";
import { errorSentence } from "../../api/errorText";
import type { ImportedLine } from "../../api/schema.gen";
import { importUsers, usersKey } from "../../api/users";
import { Button } from "../../components/controls/Button";
import { StatusDot, type Tone } from "../../components/data/Status";
import { Refusal } from "../../components/forms/Refusal";
import { TextArea } from "../../components/forms/TextArea";
import { Dialog, DialogActions, DialogBody } from "../../components/layers/Dialog";
import { t, type TextKey } from "../../lib/i18n";
import { summary } from "./imported";
import styles from "./Users.module.css";

const EXAMPLE = "username,email,role,password";

const WORDS: Readonly<Record<ImportedLine["action"], [Tone, TextKey]>> = {
  create: ["ok", "users.importCreate"],
  update: ["info", "users.importUpdate"],
  keep: ["neutral", "users.importKeep"],
  refuse: ["err", "users.importRefuse"],
};

/** Many users from a file: what it would do is shown line by line, then it is done. */
export default function ImportDialog({ onClose }: { onClose: () => void }) {
  const client = useQueryClient();
  const [csv, setCsv] = useState("");
  const rehearse = useMutation({ mutationFn: () => importUsers(csv, { isRehearsal: true }) });
  const run = useMutation({
    mutationFn: () => importUsers(csv, { isRehearsal: false }),
    onSuccess: () => client.invalidateQueries({ queryKey: usersKey }),
  });
  const rows = run.data?.rows ?? rehearse.data?.rows;
  if (rows === undefined) {
    return (
      <ChooseDialog
        csv={csv}
        onChange={setCsv}
        onCheck={() => rehearse.mutate()}
        isPending={rehearse.isPending}
        error={rehearse.error}
        onClose={onClose}
      />
    );
  }
  const counts = summary(rows);
  const changing = counts.created + counts.changed;
  return (
    <Dialog title={t("users.importTitle")} onClose={onClose} size="wide">
      <DialogBody>
        <Refusal error={run.error} />
        <p role="status">
          {run.isSuccess ? t("users.importTaken", counts) : t("users.importSummary", counts)}{" "}
          {!run.isSuccess && changing === 0 && t("users.importNothing")}
        </p>
        <Lines rows={rows} />
      </DialogBody>
      <DialogActions>
        {run.isSuccess ? (
          <Button kind="primary" autoFocus onClick={onClose}>
            {t("action.done")}
          </Button>
        ) : (
          <>
            <Button onClick={() => rehearse.reset()}>{t("users.importAgain")}</Button>
            <Button
              kind="primary"
              autoFocus
              disabled={changing === 0}
              pending={run.isPending}
              onClick={() => run.mutate()}
            >
              {t("users.importRun", { count: changing })}
            </Button>
          </>
        )}
      </DialogActions>
    </Dialog>
  );
}

interface ChooseDialogProps {
  csv: string;
  onChange: (csv: string) => void;
  onCheck: () => void;
  isPending: boolean;
  error: unknown;
  onClose: () => void;
}

function ChooseDialog({ csv, onChange, onCheck, isPending, error, onClose }: ChooseDialogProps) {
  const file = useRef<HTMLInputElement>(null);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (csv.trim() !== "" && !isPending) onCheck();
  };
  return (
    <Dialog title={t("users.importTitle")} onClose={onClose} size="wide">
      <form onSubmit={submit}>
        <DialogBody>
          <Refusal error={error} />
          <div className={styles.file}>
            <Button icon={<FileUp size={16} aria-hidden />} onClick={() => file.current?.click()}>
              {t("users.importFile")}
            </Button>
            <input
              ref={file}
              type="file"
              accept=".csv,text/csv"
              hidden
              onChange={(event) => {
                const [chosen] = event.target.files ?? [];
                if (chosen !== undefined) void chosen.text().then(onChange);
              }}
            />
          </div>
          <TextArea
            label={t("users.importText")}
            hint={t("users.importHint")}
            placeholder={EXAMPLE}
            rows={10}
            value={csv}
            onChange={onChange}
          />
        </DialogBody>
        <DialogActions>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button kind="primary" type="submit" disabled={csv.trim() === ""} pending={isPending}>
            {t("users.importCheck")}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

function Lines({ rows }: { rows: readonly ImportedLine[] }) {
  return (
    <div className={styles.lines} tabIndex={0} role="group" aria-label={t("users.importTitle")}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t("users.importLine")}</th>
            <th scope="col">{t("signin.username")}</th>
            <th scope="col">{t("users.importAction")}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ line, username, action, error }) => {
            const [tone, text] = WORDS[action];
            return (
              <tr key={line}>
                <th scope="row">{line}</th>
                <td>{username}</td>
                <td>
                  <StatusDot tone={tone}>{t(text)}</StatusDot>
                  {error !== undefined && <div>{sentenceOf(error)}</div>}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function sentenceOf(error: NonNullable<ImportedLine["error"]>): string {
  return errorSentence(new ApiError({ status: 0, ...error }));
}
