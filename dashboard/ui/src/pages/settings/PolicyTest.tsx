import { useState } from "react";
import { Field } from "../../components/controls/Field";
import { StatusDot } from "../../components/data/Status";
import { Combo } from "../../components/forms/Combo";
import { t } from "../../lib/i18n";
import { type PolicyVerdict, testPolicy } from "./policyTest";
import styles from "./Settings.module.css";

const ACTIONS = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:ListBucket"];

interface PolicyTestProps {
  bucket: string;
  /** As it stands in the editor, saved or not. */
  policy: unknown;
}

/** What the policy in the editor says to one request. */
export function PolicyTest({ bucket, policy }: PolicyTestProps) {
  const [who, setWho] = useState("");
  const [action, setAction] = useState("s3:GetObject");
  const [key, setKey] = useState("");
  const resource = `arn:aws:s3:::${bucket}${key === "" ? "" : `/${key}`}`;
  const verdict = testPolicy(policy, { who: who.trim(), action: action.trim(), resource });
  return (
    <section className={styles.editor} aria-label={t("policy.test")}>
      <h2>{t("policy.test")}</h2>
      <div className={styles.two}>
        <Field
          label={t("policy.testWho")}
          hint={t("policy.testWhoHint")}
          spellCheck={false}
          value={who}
          onChange={({ target }) => setWho(target.value)}
        />
        <Combo
          label={t("policy.testAction")}
          value={action}
          suggestions={ACTIONS}
          onChange={setAction}
        />
        <Field
          label={t("policy.testKey")}
          hint={resource}
          spellCheck={false}
          value={key}
          onChange={({ target }) => setKey(target.value)}
        />
      </div>
      <div role="status">
        <Verdict {...verdict} />
        {verdict.conditional.length > 0 && (
          <p>{t("policy.testConditional", { numbers: verdict.conditional.join(", ") })}</p>
        )}
      </div>
      <p>{t("policy.testNote")}</p>
    </section>
  );
}

function Verdict({ outcome, statement }: PolicyVerdict) {
  if (outcome === "nothing") {
    return <StatusDot tone="neutral">{t("policy.testNothing")}</StatusDot>;
  }
  if (outcome === "deny") {
    return <StatusDot tone="err">{t("policy.testDenied", { number: statement })}</StatusDot>;
  }
  return <StatusDot tone="ok">{t("policy.testAllowed", { number: statement })}</StatusDot>;
}
