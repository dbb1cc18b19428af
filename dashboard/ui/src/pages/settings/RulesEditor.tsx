import { type ReactNode, useState } from "react";
import { Button } from "../../components/controls/Button";
import { Banner } from "../../components/feedback/Banner";
import { TextArea } from "../../components/forms/TextArea";
import { t } from "../../lib/i18n";
import { lazyPart } from "../../lib/lazyPart";
import { jsonProblem } from "./json";
import styles from "./Settings.module.css";
import { useLeaveQuestion } from "./useLeaveQuestion";

const SaveDialog = lazyPart("work", () => import("./SaveDialog"));

export interface RuleSet<Rule> {
  /** What is in force. */
  stored: readonly Rule[];
  /** What is wrong with rules, sentence by sentence; nothing if they may be saved. */
  judge: (rules: unknown) => string[];
  save: (rules: Rule[]) => Promise<unknown>;
  stale: readonly (readonly unknown[])[];
}

interface RulesEditorProps<Rule> extends RuleSet<Rule> {
  /** What the rules are for, in a sentence. */
  note: ReactNode;
  /** A rule to begin with. */
  fresh: Rule;
  form: (rule: Rule, onChange: (rule: Rule) => void, index: number) => ReactNode;
}

const render = (rules: unknown) => JSON.stringify(rules, null, 2);

/** Rules as a form or as text, both judged while typing; what would change is shown before. */
export function RulesEditor<Rule>(props: RulesEditorProps<Rule>) {
  const { stored, judge, fresh, form } = props;
  const [text, setText] = useState<string | null>(null);
  const [rules, setRules] = useState<readonly Rule[]>(stored);
  const [isSaving, setSaving] = useState(false);
  const syntax = text === null ? undefined : jsonProblem(text);
  const edited: unknown =
    text === null ? rules : syntax === undefined ? (JSON.parse(text) as unknown) : null;
  const problems = syntax === undefined ? judge(edited) : [];
  const isChanged = syntax !== undefined || render(edited) !== render(stored);
  const isSound = syntax === undefined && problems.length === 0;
  useLeaveQuestion(isChanged);

  const showText = () => setText(render(rules));
  const showForm = () => {
    setRules(edited as Rule[]);
    setText(null);
  };
  const reset = () => {
    setRules(stored);
    setText(text === null ? null : render(stored));
  };
  const change = (index: number, rule: Rule) => setRules(rules.with(index, rule));

  return (
    <div className={styles.editor}>
      <div className={styles.editorHead}>
        <p>{props.note}</p>
        <div className={styles.tools}>
          <Button
            aria-pressed={text !== null}
            disabled={!isSound}
            onClick={text === null ? showText : showForm}
          >
            {text === null ? t("editor.asText") : t("editor.asForm")}
          </Button>
          {text === null && (
            <Button onClick={() => setRules([...rules, fresh])}>{t("editor.addRule")}</Button>
          )}
        </div>
      </div>
      {text === null ? (
        rules.map((rule, index) => (
          <section key={index} className={styles.rule} aria-label={ruleName(index)}>
            <div className={styles.ruleHead}>
              <h2>{ruleName(index)}</h2>
              <Button
                kind="quiet"
                aria-label={t("editor.removeRule", { number: index + 1 })}
                onClick={() => setRules(rules.toSpliced(index, 1))}
              >
                {t("action.remove")}
              </Button>
            </div>
            {form(rule, (next) => change(index, next), index)}
          </section>
        ))
      ) : (
        <TextArea
          label={t("editor.text")}
          problem={syntax}
          rows={Math.min(28, Math.max(8, text.split("\n").length + 1))}
          value={text}
          onChange={setText}
        />
      )}
      {text === null && rules.length === 0 && <p>{t("editor.noRules")}</p>}
      {problems.length > 0 && (
        <Banner tone="err">
          <ul className={styles.problems}>
            {problems.map((problem) => (
              <li key={problem}>{problem}</li>
            ))}
          </ul>
        </Banner>
      )}
      {isChanged && (
        <div className={styles.bar} role="status">
          {t("editor.unsaved")}
          <div className={styles.tools}>
            <Button onClick={reset}>{t("editor.reset")}</Button>
            <Button kind="primary" disabled={!isSound} onClick={() => setSaving(true)}>
              {t("editor.review")}
            </Button>
          </div>
        </div>
      )}
      {isSaving && (
        <SaveDialog
          before={render(stored)}
          after={render(edited)}
          save={() => props.save(edited as Rule[])}
          stale={props.stale}
          onClose={() => setSaving(false)}
        />
      )}
    </div>
  );
}

function ruleName(index: number): string {
  return t("editor.rule", { number: index + 1 });
}
