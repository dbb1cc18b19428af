import type { Credential } from "../../api/schema.gen";
import { Button } from "../../components/controls/Button";
import { Dialog, DialogActions, DialogBody } from "../../components/layers/Dialog";
import { t } from "../../lib/i18n";
import { snippetFacts } from "./snippetFacts";
import { SnippetTabs } from "./SnippetTabs";

interface SnippetsDialogProps {
  credential: Credential;
  onClose: () => void;
}

/** How to use a credential whose secret is known only to its owner. */
export default function SnippetsDialog({ credential, onClose }: SnippetsDialogProps) {
  return (
    <Dialog
      title={t("credentials.useTitle", { key: credential.access_key })}
      size="wide"
      onClose={onClose}
    >
      <DialogBody>
        <SnippetTabs
          facts={snippetFacts(credential)}
          hasEndpoint={credential.endpoint_url !== undefined}
        />
      </DialogBody>
      <DialogActions>
        <Button onClick={onClose}>{t("action.close")}</Button>
      </DialogActions>
    </Dialog>
  );
}
