import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import { putTags, tagsQuery } from "../../api/objectParts";
import type { Place } from "../../api/objects";
import { Button } from "../../components/controls/Button";
import { ErrorState } from "../../components/feedback/ErrorState";
import { useAction } from "../../components/feedback/useAction";
import { Refusal } from "../../components/forms/Refusal";
import { t } from "../../lib/i18n";
import { PairFields } from "./PairFields";
import { judgePairs, MOST_TAGS, type Pair, toRecord } from "./pairs";
import styles from "./Versions.module.css";

interface TagsTabProps {
  place: Place;
  objectKey: string;
  canWrite: boolean;
}

/** The tags of an object: names and values, ten at most. */
export default function TagsTab({ place, objectKey, canWrite }: TagsTabProps) {
  const tags = useQuery(tagsQuery(place, objectKey));
  if (tags.isError) return <ErrorState error={tags.error} onRetry={() => void tags.refetch()} />;
  if (tags.data === undefined) return <p role="status">{t("state.loading")}</p>;
  const pairs = Object.entries(tags.data);
  return (
    <TagsForm
      // What was saved is the new beginning.
      key={tags.dataUpdatedAt}
      place={place}
      objectKey={objectKey}
      stored={pairs}
      canWrite={canWrite}
    />
  );
}

interface TagsFormProps extends TagsTabProps {
  stored: Pair[];
}

function TagsForm({ place, objectKey, stored, canWrite }: TagsFormProps) {
  const [pairs, setPairs] = useState<Pair[]>(stored);
  const save = useAction(() => putTags(place, objectKey, toRecord(pairs)), {
    stale: [tagsQuery(place, objectKey).queryKey],
    done: t("tags.saved"),
  });
  const problem = judgePairs(pairs);
  const isChanged = JSON.stringify(pairs) !== JSON.stringify(stored);
  return (
    <form
      className={styles.tab}
      onSubmit={(event) => {
        event.preventDefault();
        if (isChanged && problem === null) save.mutate();
      }}
    >
      <Refusal error={save.error} />
      <p className={styles.note}>{t("tags.count", { count: pairs.length, limit: MOST_TAGS })}</p>
      <PairFields
        label={t("tags.title")}
        pairs={pairs}
        onChange={setPairs}
        canWrite={canWrite}
        longestName={128}
        longestValue={256}
      />
      {problem !== null && isChanged && <p role="alert">{t(problem)}</p>}
      {canWrite && (
        <div className={styles.actions}>
          <Button
            icon={<Plus size={14} aria-hidden />}
            disabled={pairs.length >= MOST_TAGS}
            onClick={() => setPairs([...pairs, ["", ""]])}
          >
            {t("tags.add")}
          </Button>
          <Button
            kind="primary"
            type="submit"
            disabled={!isChanged || problem !== null}
            pending={save.isPending}
          >
            {t("action.save")}
          </Button>
        </div>
      )}
    </form>
  );
}
