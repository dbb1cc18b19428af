import { useMutation, useQuery } from "@tanstack/react-query";
import type { Place } from "../../api/objects";
import type { LifecycleRule } from "../../api/schema.gen";
import { lifecycleQuery, previewLifecycle, putLifecycle } from "../../api/settings";
import { Button } from "../../components/controls/Button";
import { Field } from "../../components/controls/Field";
import { Banner } from "../../components/feedback/Banner";
import { ErrorState } from "../../components/feedback/ErrorState";
import { Check } from "../../components/forms/Check";
import { Refusal } from "../../components/forms/Refusal";
import { formatBytes } from "../../lib/format";
import { t, type TextKey } from "../../lib/i18n";
import { judgeLifecycle, type RuleNumber, sentenceOf, withNumber } from "./lifecycle";
import { RulesEditor } from "./RulesEditor";
import styles from "./Settings.module.css";

const FRESH: LifecycleRule = { enabled: true };
const NUMBERS: readonly (readonly [name: RuleNumber, text: TextKey])[] = [
  ["expiration_days", "lifecycle.expire"],
  ["noncurrent_expire_days", "lifecycle.noncurrent"],
  ["abort_incomplete_days", "lifecycle.abort"],
  ["transition_days", "lifecycle.transition"],
];

/** What the store deletes or moves by itself, and after how long. */
export function LifecycleCard({ place }: { place: Place }) {
  const query = lifecycleQuery(place);
  const rules = useQuery(query);
  if (rules.isError) return <ErrorState error={rules.error} onRetry={() => void rules.refetch()} />;
  if (rules.data === undefined) return <p role="status">{t("state.loading")}</p>;
  return (
    <>
      <RulesEditor
        // What was saved is the new beginning.
        key={rules.dataUpdatedAt}
        stored={rules.data}
        judge={judgeLifecycle}
        save={(edited) => putLifecycle(place, { rules: edited })}
        stale={[query.queryKey]}
        note={t("lifecycle.note")}
        fresh={FRESH}
        form={(rule, onChange) => <RuleForm rule={rule} onChange={onChange} />}
      />
      {rules.data.length > 0 && <Preview place={place} rules={rules.data} />}
    </>
  );
}

interface RuleFormProps {
  rule: LifecycleRule;
  onChange: (rule: LifecycleRule) => void;
}

function RuleForm({ rule, onChange }: RuleFormProps) {
  if (rule.read_only === true) return <Banner tone="info">{t("lifecycle.readOnly")}</Banner>;
  return (
    <>
      <div className={styles.two}>
        <Field
          label={t("lifecycle.prefix")}
          hint={t("lifecycle.prefixHint")}
          spellCheck={false}
          value={rule.prefix ?? ""}
          onChange={({ target }) => onChange({ ...rule, prefix: target.value })}
        />
        {NUMBERS.map(([name, text]) => (
          <Field
            key={name}
            label={t(text)}
            hint={t("lifecycle.days")}
            inputMode="numeric"
            value={rule[name] ?? ""}
            onChange={({ target }) => onChange(withNumber(rule, name, target.value))}
          />
        ))}
        <Field
          label={t("lifecycle.class")}
          placeholder="STANDARD_IA"
          spellCheck={false}
          value={rule.transition_storage_class ?? ""}
          onChange={({ target }) => onChange({ ...rule, transition_storage_class: target.value })}
        />
      </div>
      <Check
        label={t("lifecycle.enabled")}
        isOn={rule.enabled}
        onChange={(enabled) => onChange({ ...rule, enabled })}
      />
      <p className={styles.sentence}>{sentenceOf(rule)}</p>
    </>
  );
}

/** What the stored rules would take today. */
function Preview({ place, rules }: { place: Place; rules: readonly LifecycleRule[] }) {
  const act = useMutation({ mutationFn: () => previewLifecycle(place, { rules: [...rules] }) });
  return (
    <div className={styles.editor}>
      <div>
        <Button pending={act.isPending} onClick={() => act.mutate()}>
          {t("lifecycle.preview")}
        </Button>
      </div>
      <Refusal error={act.error} />
      {act.data !== undefined && (
        <p role="status">
          {t("lifecycle.matches", {
            count: act.data.objects,
            size: formatBytes(act.data.bytes),
          })}{" "}
          {!act.data.complete && t("lifecycle.incomplete")}
        </p>
      )}
    </div>
  );
}
