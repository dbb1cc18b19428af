import { Download } from "lucide-react";
import { useState } from "react";
import type { Credential } from "../../api/schema.gen";
import { Button } from "../../components/controls/Button";
import { Copy } from "../../components/controls/Copy";
import { Banner } from "../../components/feedback/Banner";
import { Dialog, DialogActions, DialogBody } from "../../components/layers/Dialog";
import { saveText } from "../../lib/download";
import { t } from "../../lib/i18n";
import { envFile } from "../../lib/snippets";
import styles from "./Credentials.module.css";
import { snippetFacts } from "./snippetFacts";
import { SnippetTabs } from "./SnippetTabs";
import { useStay } from "./useStay";

interface SecretDialogProps {
  credential: Credential;
  onStored: () => void;
}

/** The one moment in which the secret is known; it ends only when it was stored. */
export default function SecretDialog({ credential, onStored }: SecretDialogProps) {
  const [isStored, setStored] = useState(false);
  useStay();
  const { access_key: key, secret_key: secret = "" } = credential;
  const facts = snippetFacts(credential);
  return (
    <Dialog title={t("secret.title")} size="wide">
      <DialogBody>
        <Banner tone="warn">{t("secret.once")}</Banner>
        <dl className={styles.secret}>
          <dt>{t("credentials.accessKey")}</dt>
          <dd>
            <code>{key}</code>
            <Copy text={key} label={t("action.copyOf", { name: t("credentials.accessKey") })} />
          </dd>
          <dt>{t("secret.secretKey")}</dt>
          <dd>
            <code>{secret}</code>
            <Copy text={secret} label={t("action.copyOf", { name: t("secret.secretKey") })} />
          </dd>
        </dl>
        <div>
          <Button
            icon={<Download size={16} aria-hidden />}
            onClick={() => saveText("stowage.env", envFile(facts))}
          >
            {t("secret.download")}
          </Button>
        </div>
        <SnippetTabs facts={facts} hasEndpoint={credential.endpoint_url !== undefined} />
        <label className={styles.choice}>
          <input
            type="checkbox"
            checked={isStored}
            onChange={(event) => setStored(event.target.checked)}
          />
          {t("secret.stored")}
        </label>
      </DialogBody>
      <DialogActions>
        <Button kind="primary" disabled={!isStored} onClick={onStored}>
          {t("action.done")}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
