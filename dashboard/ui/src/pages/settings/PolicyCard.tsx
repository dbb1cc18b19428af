import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import type { Place } from "../../api/objects";
import { policyQuery, putPolicy } from "../../api/settings";
import { Button } from "../../components/controls/Button";
import buttons from "../../components/controls/Button.module.css";
import { Banner } from "../../components/feedback/Banner";
import { ErrorState } from "../../components/feedback/ErrorState";
import { MenuButton, type MenuEntry } from "../../components/layers/MenuButton";
import { cx } from "../../lib/classes";
import { t, type TextKey } from "../../lib/i18n";
import { lazyPart } from "../../lib/lazyPart";
import { isRecord } from "./json";
import { doubtsAbout, isPublic, judgePolicy, listOf, statementsOf } from "./policy";
import { PolicyTest } from "./PolicyTest";
import { PolicyText } from "./PolicyText";
import styles from "./Settings.module.css";
import { freshStatement, type RawStatement, READY_MADE } from "./statement";
import { StatementForm } from "./StatementForm";
import { useLeaveQuestion } from "./useLeaveQuestion";

const SaveDialog = lazyPart("work", () => import("./SaveDialog"));

type ReadyMade = keyof typeof READY_MADE;
const INSERTED: Readonly<Record<ReadyMade, TextKey>> = {
  publicRead: "policy.publicRead",
  readPrefix: "policy.readPrefix",
  onlyTls: "policy.onlyTls",
};

/** The store's own rules of access: as a form or as text, both judged while typing. */
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
  return policy === "" ? "" : render(parsed(policy) ?? policy);
}

function render(policy: unknown): string {
  return typeof policy === "string" ? policy : JSON.stringify(policy, null, 2);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The statements that a form can show, all of them or none. */
function formOf(text: string): readonly RawStatement[] | null {
  if (text.trim() === "") return [];
  const policy = parsed(text);
  const list = listOf(policy);
  return isRecord(policy) && list.every(isRecord) ? list : null;
}

function PolicyForm({ place, stored }: { place: Place; stored: string }) {
  const [text, setText] = useState(stored);
  const [isText, setIsText] = useState(false);
  const [isSaving, setSaving] = useState(false);
  const problems = judgePolicy(text);
  const form = isText ? null : formOf(text);
  const isChanged = text !== stored;
  useLeaveQuestion(isChanged);

  const set = (statements: readonly RawStatement[]) => {
    const policy = parsed(text);
    const rest = isRecord(policy) ? policy : { Version: "2012-10-17" };
    setText(statements.length === 0 ? "" : render({ ...rest, Statement: statements }));
  };
  const insert = (id: string) =>
    set([...(formOf(text) ?? []), READY_MADE[id as ReadyMade](place.bucket)]);

  return (
    <div className={styles.editor}>
      <div className={styles.editorHead}>
        <p>{t("policy.note")}</p>
        <div className={styles.tools}>
          <Button
            aria-pressed={form === null}
            disabled={formOf(text) === null}
            onClick={() => setIsText(!isText)}
          >
            {form === null ? t("editor.asForm") : t("editor.asText")}
          </Button>
          {form !== null && (
            <Button onClick={() => set([...form, freshStatement(place.bucket)])}>
              {t("policy.add")}
            </Button>
          )}
          {formOf(text) !== null && (
            <MenuButton
              label={t("policy.insert")}
              className={cx(buttons.button, buttons.default)}
              entries={entries}
              onAction={insert}
            >
              <Plus size={16} aria-hidden />
              {t("policy.insert")}
            </MenuButton>
          )}
        </div>
      </div>
      <Says text={text} />
      {form === null ? (
        <PolicyText
          text={text}
          onChange={setText}
          problems={problems}
          doubts={doubtsAbout(text, place.bucket)}
        />
      ) : (
        form.map((statement, index) => (
          <StatementForm
            key={index}
            bucket={place.bucket}
            number={index + 1}
            statement={statement}
            onChange={(next) => set(form.with(index, next))}
            onRemove={() => set(form.toSpliced(index, 1))}
          />
        ))
      )}
      {form?.length === 0 && <p>{t("policy.none")}</p>}
      {form !== null && problems.length > 0 && <Problems texts={problems.map((one) => one.text)} />}
      {isChanged && (
        <div className={styles.bar} role="status">
          {t("editor.unsaved")}
          <div className={styles.tools}>
            <Button onClick={() => setText(stored)}>{t("editor.reset")}</Button>
            <Button kind="primary" disabled={problems.length > 0} onClick={() => setSaving(true)}>
              {t("editor.review")}
            </Button>
          </div>
        </div>
      )}
      {text.trim() !== "" && <PolicyTest bucket={place.bucket} policy={parsed(text)} />}
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

const entries = (): MenuEntry[] =>
  (Object.keys(INSERTED) as ReadyMade[]).map((id) => ({ id, text: t(INSERTED[id]) }));

function Problems({ texts }: { texts: readonly string[] }) {
  return (
    <Banner tone="err">
      <ul className={styles.problems}>
        {texts.map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
    </Banner>
  );
}

/** The policy in plain words, as far as it is one. */
function Says({ text }: { text: string }) {
  const statements = statementsOf(parsed(text));
  if (statements.length === 0) return null;
  return (
    <>
      {isPublic(statements) && <Banner tone="warn">{t("policy.public")}</Banner>}
      <ul className={styles.problems} aria-label={t("policy.summary")}>
        {statements.map(({ effect, who, actions, where }, index) => (
          <li key={index}>
            {effect === "Deny"
              ? t("policy.deny", { who, actions, where })
              : t("policy.allow", { who, actions, where })}
          </li>
        ))}
      </ul>
    </>
  );
}
