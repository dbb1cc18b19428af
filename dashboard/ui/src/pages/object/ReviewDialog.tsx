import { putMetadata, versionsQuery } from "../../api/objectParts";
import { listingKey, objectQuery, type Place } from "../../api/objects";
import type { ObjectInfo } from "../../api/schema.gen";
import { Banner } from "../../components/feedback/Banner";
import { useAction } from "../../components/feedback/useAction";
import { Diff } from "../../components/forms/Diff";
import { FormDialog } from "../../components/forms/FormDialog";
import { t } from "../../lib/i18n";
import { factsOf, type StoredFacts, toLines } from "../../lib/storedFacts";

interface ReviewDialogProps {
  place: Place;
  /** The object as it is now. */
  now: ObjectInfo;
  /** What the editing began with. */
  began: StoredFacts;
  facts: StoredFacts;
  onClose: () => void;
  onSaved: (info: ObjectInfo) => void;
}

/** Shows what would change in what is there now, and changes it; refused where it is another. */
export default function ReviewDialog(props: ReviewDialogProps) {
  const { place, now, began, facts } = props;
  const [theirs, yours] = [toLines(factsOf(now)), toLines(facts)];
  const metadata = Object.fromEntries(facts.metadata.map(([name, value]) => [name.trim(), value]));
  const save = () =>
    putMetadata(place, now.key, { headers: facts.headers, metadata, etag: now.etag ?? "" });
  const act = useAction(save, {
    stale: [
      objectQuery(place, now.key).queryKey,
      versionsQuery(place, now.key).queryKey,
      listingKey(place),
    ],
    done: t("facts.saved"),
    onDone: props.onSaved,
  });
  return (
    <FormDialog
      title={t("editor.review")}
      action={t("action.save")}
      onSubmit={() => act.mutate()}
      onClose={props.onClose}
      error={act.error}
      isPending={act.isPending}
      size="wide"
    >
      {theirs !== toLines(began) && <Banner tone="warn">{t("facts.changed")}</Banner>}
      <Diff before={theirs} after={yours} />
    </FormDialog>
  );
}
