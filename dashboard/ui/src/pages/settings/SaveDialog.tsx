import { useAction } from "../../components/feedback/useAction";
import { Diff } from "../../components/forms/Diff";
import { FormDialog } from "../../components/forms/FormDialog";
import { t } from "../../lib/i18n";

interface SaveDialogProps {
  before: string;
  after: string;
  save: () => Promise<unknown>;
  stale: readonly (readonly unknown[])[];
  onClose: () => void;
}

/** Shows what would change, and changes it. */
export default function SaveDialog({ before, after, save, stale, onClose }: SaveDialogProps) {
  const act = useAction(save, { stale, done: t("editor.saved"), onDone: onClose });
  return (
    <FormDialog
      title={t("editor.review")}
      action={t("action.save")}
      onSubmit={() => act.mutate()}
      onClose={onClose}
      error={act.error}
      isPending={act.isPending}
      size="wide"
    >
      <Diff before={before} after={after} />
    </FormDialog>
  );
}
