import { CircleCheck, Upload } from "lucide-react";
import { type DragEvent, useRef, useState } from "react";
import { errorSentence } from "../../api/errorText";
import type { SharedItem } from "../../api/schema.gen";
import { Button } from "../../components/controls/Button";
import { Progress } from "../../components/data/Progress";
import { formatBytes } from "../../lib/format";
import { t } from "../../lib/i18n";
import { useSending } from "./useSending";
import styles from "./Visitor.module.css";

interface InboxProps {
  code: string;
  item: SharedItem;
}

/** Files are sent in and none are shown; one after the other, each with its outcome. */
export function Inbox({ code, item }: InboxProps) {
  const input = useRef<HTMLInputElement>(null);
  const [isOver, setOver] = useState(false);
  const { files, send, retry } = useSending(code);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    send([...event.dataTransfer.files]);
  };
  return (
    <>
      <div
        className={styles.drop}
        data-over={isOver}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        <Upload size={28} aria-hidden />
        <p>{t("visitor.drop")}</p>
        <Button kind="primary" onClick={() => input.current?.click()}>
          {t("visitor.choose")}
        </Button>
        <input
          ref={input}
          type="file"
          multiple
          hidden
          onChange={(event) => {
            send([...(event.target.files ?? [])]);
            event.target.value = "";
          }}
        />
        <Rules item={item} />
      </div>
      <ul className={styles.list} aria-label={t("visitor.sent")}>
        {files.map(({ id, file, sentBytes, state, error }) => (
          <li key={id} className={styles.sending}>
            <span className={styles.label}>{file.name}</span>
            {state === "sending" && (
              <Progress label={file.name} done={sentBytes} total={file.size} />
            )}
            {state === "done" && (
              <span className={styles.ok} role="status">
                <CircleCheck size={14} aria-hidden /> {t("visitor.arrived")}
              </span>
            )}
            {state === "waiting" && <span>{t("visitor.waiting")}</span>}
            {state === "failed" && (
              <>
                <span role="alert">{errorSentence(error)}</span>
                <Button onClick={() => retry(id)}>{t("action.retry")}</Button>
              </>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}

/** What is taken, and how much of it. */
function Rules({ item: { bytes_left: left, allowed_types: types = [] } }: { item: SharedItem }) {
  return (
    <p className={styles.facts}>
      {types.length > 0 && <span>{t("visitor.types", { types: types.join(", ") })}</span>}
      {left !== undefined && <span>{t("visitor.room", { size: formatBytes(left) })}</span>}
    </p>
  );
}
