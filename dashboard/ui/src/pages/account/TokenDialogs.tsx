import { useState } from "react";
import type { Token } from "../../api/schema.gen";
import { revokeToken, tokensQuery } from "../../api/tokens";
import { Button } from "../../components/controls/Button";
import { Copy } from "../../components/controls/Copy";
import { Banner } from "../../components/feedback/Banner";
import { useAction } from "../../components/feedback/useAction";
import { Check } from "../../components/forms/Check";
import { ConfirmDialog } from "../../components/forms/ConfirmDialog";
import { Dialog, DialogActions, DialogBody } from "../../components/layers/Dialog";
import { t } from "../../lib/i18n";
import { useStay } from "../credentials/useStay";
import styles from "./Account.module.css";
import { NewTokenDialog } from "./NewTokenDialog";
import type { TokenDialog } from "./TokensCard";

interface TokenDialogsProps {
  dialog: TokenDialog;
  onClose: () => void;
}

/** The dialog that was asked for; a new token is followed by its one showing. */
export default function TokenDialogs({ dialog, onClose }: TokenDialogsProps) {
  const [made, setMade] = useState<Token | null>(null);
  if (dialog.kind === "revoke") return <RevokeDialog token={dialog.token} onClose={onClose} />;
  if (made === null) return <NewTokenDialog onClose={onClose} onMade={setMade} />;
  return <MadeDialog token={made} onStored={onClose} />;
}

/** The one moment in which the token is known; it ends only when it was stored. */
function MadeDialog({ token, onStored }: { token: Token; onStored: () => void }) {
  const [isStored, setStored] = useState(false);
  useStay();
  const { name, token: secret = "" } = token;
  return (
    <Dialog title={t("tokens.made", { name })}>
      <DialogBody>
        <Banner tone="warn">{t("tokens.once")}</Banner>
        <div className={styles.secret}>
          <code>{secret}</code>
          <Copy text={secret} label={t("action.copyOf", { name: t("tokens.token") })} />
        </div>
        <Check label={t("tokens.stored")} isOn={isStored} onChange={setStored} />
      </DialogBody>
      <DialogActions>
        <Button kind="primary" disabled={!isStored} onClick={onStored}>
          {t("action.done")}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

function RevokeDialog({ token, onClose }: { token: Token; onClose: () => void }) {
  const { id, name } = token;
  const act = useAction(() => revokeToken(id), {
    stale: [tokensQuery.queryKey],
    done: t("tokens.revoked", { name }),
    onDone: onClose,
  });
  return (
    <ConfirmDialog
      title={t("tokens.revokeTitle", { name })}
      action={t("tokens.revoke")}
      act={act}
      isDanger
      onClose={onClose}
    >
      <p>{t("tokens.revokeText")}</p>
    </ConfirmDialog>
  );
}
