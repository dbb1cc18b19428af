import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Place } from "../../api/objects";
import { policyQuery, putPolicy } from "../../api/settings";
import { Button } from "../../components/controls/Button";
import { Banner } from "../../components/feedback/Banner";
import { ErrorState } from "../../components/feedback/ErrorState";
import { TextArea } from "../../components/forms/TextArea";
import { t } from "../../lib/i18n";
import { lazyPart } from "../../lib/lazyPart";
import { jsonProblem } from "./json";
import { isPublic, publicRead, statementsOf } from "./policy";
import styles from "./Settings.module.css";
import { useLeaveQuestion } from "./useLeaveQuestion";

const SaveDialog = lazyPart("work", () => import("./SaveDialog"));

/** The store's own rules of access, as text, with a summary in words. */
export function PolicyCard({ place }: { place: Place }) {
  const query = policyQuery(place);
  const policy = useQuery(query);
  if (policy.isError) {
    return <ErrorState error={policy.error} onRetry={() => void policy.refetch()} />;
  }
  if (policy.data === undefined) return <p role="status">{t("state.loading")}</p>;
  // What was saved is the new beginning.
  return <PolicyForm key={policy.dataUpdatedAt} place={place} stored={readable(policy.data)} />;
}

/** The same policy over several lines; what is no JSON stays as it is. */
function readable(policy: string): string {
  try {
    return JSON.stringify(JSON.parse(policy), null, 2);
  } catch {
    return policy;
  }
}

function PolicyForm({ place, stored }: { place: Place; stored: string }) {
  const [text, setText] = useState(stored);
  const [isSaving, setSaving] = useState(false);
  const problem = text.trim() === "" ? undefined : jsonProblem(text);
  const statements = problem === undefined ? statementsOf(text) : [];
  const isChanged = text !== stored;
  useLeaveQuestion(isChanged);
  return (
    <div className={styles.editor}>
      <div className={styles.editorHead}>
        <p>{t("policy.note")}</p>
        <div className={styles.tools}>
          <Button onClick={() => setText(publicRead(place.bucket))}>
            {t("policy.publicRead")}
          </Button>
        </div>
      </div>
      {isPublic(statements) && <Banner tone="warn">{t("policy.public")}</Banner>}
      <TextArea
        label={t("policy.text")}
        problem={problem}
        rows={18}
        value={text}
        onChange={setText}
      />
      {statements.length > 0 && (
        <ul className={styles.problems} aria-label={t("policy.summary")}>
          {statements.map(({ effect, who, actions, where }, index) => (
            <li key={index}>
              {effect === "Deny"
                ? t("policy.deny", { who, actions, where })
                : t("policy.allow", { who, actions, where })}
            </li>
          ))}
        </ul>
      )}
      {isChanged && (
        <div className={styles.bar} role="status">
          {t("editor.unsaved")}
          <div className={styles.tools}>
            <Button onClick={() => setText(stored)}>{t("editor.reset")}</Button>
            <Button kind="primary" disabled={problem !== undefined} onClick={() => setSaving(true)}>
              {t("editor.review")}
            </Button>
          </div>
        </div>
      )}
      {isSaving && (
        <SaveDialog
          before={stored}
          after={text}
          save={() => putPolicy(place, text)}
          stale={[policyQuery(place).queryKey]}
          onClose={() => setSaving(false)}
        />
      )}
    </div>
  );
}
