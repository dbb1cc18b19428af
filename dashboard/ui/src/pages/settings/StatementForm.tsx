import { Button } from "../../components/controls/Button";
import { Field, Select } from "../../components/controls/Field";
import { Banner } from "../../components/feedback/Banner";
import { Chips } from "../../components/forms/Chips";
import { t } from "../../lib/i18n";
import { textsOf } from "./policy";
import styles from "./Settings.module.css";
import { type RawStatement, type Shown, shownOf, withSid, withWho } from "./statement";

const APART = /[\s,]+/;
const ACTIONS = [
  "s3:GetObject",
  "s3:PutObject",
  "s3:DeleteObject",
  "s3:ListBucket",
  "s3:GetObjectVersion",
  "s3:GetObjectTagging",
  "s3:PutObjectTagging",
  "s3:AbortMultipartUpload",
  "s3:ListMultipartUploadParts",
  "s3:ListBucketMultipartUploads",
  "s3:ListBucketVersions",
  "s3:GetBucketLocation",
  "s3:*",
];

interface StatementFormProps {
  bucket: string;
  number: number;
  statement: RawStatement;
  onChange: (statement: RawStatement) => void;
  onRemove: () => void;
}

/** One statement of a policy; the fields for what it says another way are left out. */
export function StatementForm(props: StatementFormProps) {
  const { bucket, number, statement, onChange } = props;
  const shown = shownOf(statement);
  const name = t("policy.statement", { number });
  const set = (next: RawStatement) => onChange({ ...statement, ...next });
  return (
    <section className={styles.rule} aria-label={name}>
      <div className={styles.ruleHead}>
        <h2>{name}</h2>
        <Button kind="quiet" aria-label={t("policy.remove", { number })} onClick={props.onRemove}>
          {t("action.remove")}
        </Button>
      </div>
      {shown.hidden.length > 0 && (
        <Banner tone="info">{t("policy.more", { names: shown.hidden.join(", ") })}</Banner>
      )}
      <div className={styles.two}>
        <Select
          label={t("policy.effect")}
          value={shown.effect}
          onChange={({ target }) => set({ Effect: target.value })}
        >
          <option value="Allow">{t("policy.allows")}</option>
          <option value="Deny">{t("policy.denies")}</option>
        </Select>
        <Field
          label={t("policy.sid")}
          hint={t("policy.sidHint")}
          spellCheck={false}
          value={textsOf(statement.Sid)[0] ?? ""}
          onChange={({ target }) => onChange(withSid(statement, target.value))}
        />
        {shown.who !== null && (
          <Who who={shown.who} onChange={(who) => onChange(withWho(statement, who))} />
        )}
        {shown.actions !== null && (
          <Chips
            label={t("policy.actions")}
            placeholder="s3:GetObject"
            separator={APART}
            suggestions={ACTIONS}
            values={shown.actions}
            onChange={(Action) => set({ Action })}
          />
        )}
        {shown.resources !== null && (
          <Chips
            label={t("policy.resources")}
            hint={t("policy.resourcesHint")}
            separator={APART}
            suggestions={[`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`]}
            values={shown.resources}
            onChange={(Resource) => set({ Resource })}
          />
        )}
      </div>
    </section>
  );
}

interface WhoProps {
  who: NonNullable<Shown["who"]>;
  onChange: (who: "*" | string[]) => void;
}

function Who({ who, onChange }: WhoProps) {
  return (
    <>
      <Select
        label={t("policy.who")}
        value={who === "*" ? "*" : "named"}
        onChange={({ target }) => onChange(target.value === "*" ? "*" : [])}
      >
        <option value="*">{t("policy.everybody")}</option>
        <option value="named">{t("policy.named")}</option>
      </Select>
      {who !== "*" && (
        <Chips
          label={t("policy.names")}
          placeholder="arn:aws:iam::123456789012:user/name"
          separator={APART}
          values={who}
          onChange={onChange}
        />
      )}
    </>
  );
}
