import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { presign } from "../../api/objectParts";
import type { Place } from "../../api/objects";
import type { PresignedUrl } from "../../api/schema.gen";
import { Button } from "../../components/controls/Button";
import { Copy } from "../../components/controls/Copy";
import { Select } from "../../components/controls/Field";
import { Banner } from "../../components/feedback/Banner";
import { FormDialog } from "../../components/forms/FormDialog";
import { Dialog, DialogActions, DialogBody } from "../../components/layers/Dialog";
import { formatDateTime } from "../../lib/format";
import { t, type TextKey } from "../../lib/i18n";
import { baseName, visibleName } from "../../lib/keys";
import { curlFor } from "./curl";
import styles from "./Work.module.css";

const HOUR = 3600;
const TIMES: readonly (readonly [seconds: number, text: TextKey])[] = [
  [900, "presign.quarter"],
  [HOUR, "presign.hour"],
  [24 * HOUR, "presign.day"],
  [7 * 24 * HOUR, "presign.week"],
];

interface PresignDialogProps {
  place: Place;
  objectKey: string;
  canWrite: boolean;
  onClose: () => void;
}

/** An address that a program may use for a while, signed by one of one's own keys. */
export default function PresignDialog({ place, objectKey, canWrite, onClose }: PresignDialogProps) {
  const [method, setMethod] = useState("GET");
  const [seconds, setSeconds] = useState(HOUR);
  const act = useMutation({
    mutationFn: () => presign(place, { key: objectKey, method, expires_in: seconds }),
  });
  const title = t("presign.title", { name: visibleName(baseName(objectKey)) });
  if (act.data !== undefined) {
    return <Signed title={title} method={method} signed={act.data} onClose={onClose} />;
  }
  return (
    <FormDialog
      title={title}
      action={t("presign.action")}
      onSubmit={() => act.mutate()}
      onClose={onClose}
      error={act.error}
      isPending={act.isPending}
    >
      <p>{t("presign.text")}</p>
      <Select
        label={t("presign.method")}
        value={method}
        onChange={({ target }) => setMethod(target.value)}
      >
        <option value="GET">{t("presign.get")}</option>
        {canWrite && <option value="PUT">{t("presign.put")}</option>}
      </Select>
      <Select
        label={t("presign.time")}
        value={seconds}
        onChange={({ target }) => setSeconds(Number(target.value))}
      >
        {TIMES.map(([value, text]) => (
          <option key={value} value={value}>
            {t(text)}
          </option>
        ))}
      </Select>
    </FormDialog>
  );
}

interface SignedProps {
  title: string;
  method: string;
  signed: PresignedUrl;
  onClose: () => void;
}

function Signed({ title, method, signed, onClose }: SignedProps) {
  const command = curlFor(method, signed);
  return (
    <Dialog title={title} onClose={onClose} size="wide">
      <DialogBody>
        <Banner tone="warn">
          {t("presign.warning", { time: formatDateTime(signed.expires_at) })}
        </Banner>
        <div className={styles.link}>
          <code>{signed.url}</code>
          <Copy text={signed.url} label={t("action.copyOf", { name: t("share.link") })} />
        </div>
        <div className={styles.link}>
          <code>{command}</code>
          <Copy text={command} label={t("action.copyOf", { name: "curl" })} />
        </div>
        <p>{t("presign.by", { key: signed.access_key })}</p>
      </DialogBody>
      <DialogActions>
        <Button kind="primary" autoFocus onClick={onClose}>
          {t("action.done")}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
