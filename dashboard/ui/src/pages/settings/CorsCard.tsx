import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Place } from "../../api/objects";
import type { CorsRule } from "../../api/schema.gen";
import { corsQuery, putCors } from "../../api/settings";
import { Field, Select } from "../../components/controls/Field";
import { StatusDot } from "../../components/data/Status";
import { ErrorState } from "../../components/feedback/ErrorState";
import { Check, CheckGroup } from "../../components/forms/Check";
import { Chips } from "../../components/forms/Chips";
import { t } from "../../lib/i18n";
import { judgeCors, matchingRule, METHODS } from "./cors";
import { RulesEditor } from "./RulesEditor";
import styles from "./Settings.module.css";

const FRESH: CorsRule = { allowed_origins: [], allowed_methods: ["GET", "HEAD"] };
const APART = /[\s,]+/;

/** Which web pages may call the bucket from a browser. */
export function CorsCard({ place }: { place: Place }) {
  const query = corsQuery(place);
  const rules = useQuery(query);
  if (rules.isError) return <ErrorState error={rules.error} onRetry={() => void rules.refetch()} />;
  if (rules.data === undefined) return <p role="status">{t("state.loading")}</p>;
  return (
    <>
      <RulesEditor
        // What was saved is the new beginning.
        key={rules.dataUpdatedAt}
        stored={rules.data}
        judge={judgeCors}
        save={(edited) => putCors(place, { rules: edited })}
        stale={[query.queryKey]}
        note={t("cors.note")}
        fresh={FRESH}
        form={(rule, onChange) => <RuleForm rule={rule} onChange={onChange} />}
      />
      <TestBox rules={rules.data} />
    </>
  );
}

interface RuleFormProps {
  rule: CorsRule;
  onChange: (rule: CorsRule) => void;
}

function RuleForm({ rule, onChange }: RuleFormProps) {
  const set = (next: Partial<CorsRule>) => onChange({ ...rule, ...next });
  const toggle = (method: string, isOn: boolean) =>
    set({
      allowed_methods: METHODS.filter((one) =>
        one === method ? isOn : rule.allowed_methods.includes(one),
      ),
    });
  return (
    <div className={styles.two}>
      <Chips
        label={t("cors.origins")}
        hint={t("cors.originsHint")}
        placeholder="https://app.example.org"
        separator={APART}
        values={rule.allowed_origins}
        onChange={(allowed_origins) => set({ allowed_origins })}
      />
      <CheckGroup label={t("cors.methods")}>
        {METHODS.map((method) => (
          <Check
            key={method}
            label={method}
            isOn={rule.allowed_methods.includes(method)}
            onChange={(isOn) => toggle(method, isOn)}
          />
        ))}
      </CheckGroup>
      <Chips
        label={t("cors.headers")}
        hint={t("cors.headersHint")}
        separator={APART}
        suggestions={["*", "authorization", "content-type", "x-amz-*"]}
        values={rule.allowed_headers ?? []}
        onChange={(allowed_headers) => set({ allowed_headers })}
      />
      <Chips
        label={t("cors.exposed")}
        separator={APART}
        suggestions={["ETag", "x-amz-version-id", "Content-Range"]}
        values={rule.expose_headers ?? []}
        onChange={(expose_headers) => set({ expose_headers })}
      />
      <Field
        label={t("cors.age")}
        hint={t("cors.ageHint")}
        inputMode="numeric"
        value={rule.max_age_seconds ?? ""}
        onChange={({ target }) => onChange(withAge(rule, target.value))}
      />
    </div>
  );
}

function withAge(rule: CorsRule, typed: string): CorsRule {
  const age = typed.replace(/\D/g, "");
  if (age !== "") return { ...rule, max_age_seconds: Number(age) };
  const rest = { ...rule };
  delete rest.max_age_seconds;
  return rest;
}

/** Which of the stored rules would answer. */
function TestBox({ rules }: { rules: readonly CorsRule[] }) {
  const [origin, setOrigin] = useState("");
  const [method, setMethod] = useState("GET");
  const found = matchingRule(rules, origin.trim(), method);
  return (
    <section className={styles.editor} aria-label={t("cors.test")}>
      <h2>{t("cors.test")}</h2>
      <div className={styles.two}>
        <Field
          label={t("cors.testOrigin")}
          placeholder="https://app.example.org"
          spellCheck={false}
          value={origin}
          onChange={({ target }) => setOrigin(target.value)}
        />
        <Select
          label={t("cors.testMethod")}
          value={method}
          onChange={({ target }) => setMethod(target.value)}
        >
          {METHODS.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </Select>
      </div>
      {origin.trim() !== "" && (
        <p role="status">
          {found === null ? (
            <StatusDot tone="err">{t("cors.noneAnswers")}</StatusDot>
          ) : (
            <StatusDot tone="ok">{t("cors.answers", { number: found + 1 })}</StatusDot>
          )}
        </p>
      )}
    </section>
  );
}
