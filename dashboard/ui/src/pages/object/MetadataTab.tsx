import { useQueryClient } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { lazy, type SubmitEvent, Suspense, useState } from "react";
import { objectQuery, type Place } from "../../api/objects";
import type { ObjectInfo } from "../../api/schema.gen";
import { Button } from "../../components/controls/Button";
import { showError } from "../../components/feedback/showError";
import { Combo } from "../../components/forms/Combo";
import { t, type TextKey } from "../../lib/i18n";
import {
  type FactsProblem,
  factsOf,
  HEADER_NAMES,
  headerTitle,
  judgeFacts,
  type StoredFacts,
  toLines,
} from "../../lib/storedFacts";
import { PairFields } from "./PairFields";
import type { Pair } from "./pairs";
import styles from "./Versions.module.css";

const ReviewDialog = lazy(() => import("./ReviewDialog"));

const PROBLEMS: Readonly<Record<FactsProblem, TextKey>> = {
  name: "facts.name",
  value: "facts.value",
  twice: "facts.twice",
  large: "facts.large",
};
const SUGGESTIONS = {
  content_type: [
    "application/json",
    "application/octet-stream",
    "application/pdf",
    "image/jpeg",
    "image/png",
    "text/csv",
    "text/html; charset=utf-8",
    "text/plain; charset=utf-8",
  ],
  cache_control: ["no-store", "no-cache", "max-age=3600", "public, max-age=31536000, immutable"],
  content_disposition: ["inline", "attachment", 'attachment; filename="name.txt"'],
  content_encoding: ["gzip", "br", "zstd"],
  content_language: ["en", "de"],
} as const;

interface MetadataTabProps {
  place: Place;
  info: ObjectInfo;
  canWrite: boolean;
}

/** The headers that are sent with an object and its user metadata, to look at and to change. */
export default function MetadataTab({ place, info, canWrite }: MetadataTabProps) {
  // What was saved is the new beginning; what others save meanwhile is told on saving.
  const [began, setBegan] = useState(() => factsOf(info));
  const [facts, setFacts] = useState<StoredFacts>(began);
  const [reviewed, setReviewed] = useState<ObjectInfo | null>(null);
  const problem = judgeFacts(facts);
  const isChanged = toLines(facts) !== toLines(began);
  const look = useFreshLook(place, info.key);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (isChanged && problem === null) void look().then(setReviewed, showError);
  };
  const pairs = facts.metadata.map(([name, value]): Pair => [name, value]);
  const change = (metadata: Pair[]) => setFacts({ ...facts, metadata });
  return (
    <>
      <form className={styles.tab} onSubmit={submit}>
        <h3>{t("facts.headers")}</h3>
        {HEADER_NAMES.map((name) => (
          <Combo
            key={name}
            label={headerTitle(name)}
            readOnly={!canWrite}
            maxLength={1024}
            suggestions={SUGGESTIONS[name]}
            value={facts.headers[name]}
            onChange={(text) => setFacts({ ...facts, headers: { ...facts.headers, [name]: text } })}
          />
        ))}
        <h3>{t("facts.user")}</h3>
        <PairFields
          label={t("facts.user")}
          pairs={pairs}
          onChange={change}
          canWrite={canWrite}
          longestName={128}
          longestValue={2048}
        />
        {problem !== null && isChanged && <p role="alert">{t(PROBLEMS[problem])}</p>}
        {canWrite && (
          <>
            <p className={styles.note}>{t("facts.note")}</p>
            <div className={styles.actions}>
              <Button
                icon={<Plus size={14} aria-hidden />}
                onClick={() => change([...pairs, ["", ""]])}
              >
                {t("facts.add")}
              </Button>
              <Button kind="primary" type="submit" disabled={!isChanged || problem !== null}>
                {t("facts.review")}
              </Button>
            </div>
          </>
        )}
      </form>
      <Suspense>
        {reviewed !== null && (
          <ReviewDialog
            place={place}
            now={reviewed}
            began={began}
            facts={facts}
            onClose={() => setReviewed(null)}
            onSaved={(saved) => {
              setReviewed(null);
              setBegan(factsOf(saved));
              setFacts(factsOf(saved));
            }}
          />
        )}
      </Suspense>
    </>
  );
}

/** The object as it is now, whatever the page knows of it. */
function useFreshLook(place: Place, key: string): () => Promise<ObjectInfo> {
  const client = useQueryClient();
  return () => client.query({ ...objectQuery(place, key), staleTime: 0 });
}
