import { useState } from "react";
import { uploads } from "../../api/uploads";
import { t } from "../../lib/i18n";
import { baseName, visibleName } from "../../lib/keys";
import { numberedKey } from "../../lib/upload/names";
import type { ConflictDecision, UploadItem } from "../../lib/upload/types";
import { Button } from "../controls/Button";
import { Dialog, DialogActions, DialogBody } from "../layers/Dialog";

/** Asks what to do with an upload whose key is taken; nothing is overwritten unasked. */
export default function ConflictDialog({ item }: { item: UploadItem }) {
  const [isForAll, setForAll] = useState(false);
  const decide = (decision: ConflictDecision) => {
    uploads.resolve(item.id, decision, { forAll: isForAll });
  };
  const name = visibleName(baseName(item.key));
  return (
    <Dialog title={t("conflict.title", { name })} isAlert onClose={() => decide("skip")}>
      <DialogBody>
        <p>{t("conflict.text", { place: `${item.target.bucket}/${item.key}` })}</p>
        <label>
          <input
            type="checkbox"
            checked={isForAll}
            onChange={(event) => setForAll(event.target.checked)}
          />{" "}
          {t("conflict.forAll")}
        </label>
      </DialogBody>
      <DialogActions>
        <Button onClick={() => decide("skip")}>{t("conflict.skip")}</Button>
        <Button autoFocus onClick={() => decide("keepBoth")}>
          {t("conflict.keepBoth", { name: visibleName(baseName(numberedKey(item.key, 2))) })}
        </Button>
        <Button kind="danger" onClick={() => decide("replace")}>
          {t("conflict.replace")}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
