import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { ShieldCheck, ShieldX } from "lucide-react";
import { type SubmitEvent, useState } from "react";
import { type AccessQuestion, explainQuery } from "../../../api/access";
import { ApiError } from "../../../api/error";
import { errorWords } from "../../../api/errorText";
import { allCredentialsQuery } from "../../../api/proxy";
import type { Decision } from "../../../api/schema.gen";
import { Button } from "../../../components/controls/Button";
import { Field } from "../../../components/controls/Field";
import { StatusDot } from "../../../components/data/Status";
import { Pair } from "../../../components/forms/Check";
import { Combo } from "../../../components/forms/Combo";
import { Refusal } from "../../../components/forms/Refusal";
import { t } from "../../../lib/i18n";
import { type ExplainSearch, present } from "../../search";
import { PlaceFields } from "../PlaceFields";
import { useUsers } from "../useUsers";
import styles from "./Access.module.css";

/** What people ask about most; any S3 operation can be typed. */
const ACTIONS = [
  "GetObject",
  "PutObject",
  "DeleteObject",
  "ListObjectsV2",
  "HeadObject",
  "CopyObject",
  "ListBuckets",
  "GetObjectTagging",
  "PutObjectTagging",
  "PutBucketPolicy",
  "PutBucketCors",
  "CreateBucket",
  "DeleteBucket",
];
const STRANGER = "anonymous";

/** May somebody do something somewhere, and which rules say so; the question is in the address. */
export function ExplainView() {
  const search = useSearch({ from: "/shell/admin/access" });
  const navigate = useNavigate({ from: "/admin/access" });
  const users = useUsers();
  const credentials = useQuery(allCredentialsQuery).data ?? [];
  const [values, setValues] = useState(() => asked(search));
  const set = (next: Partial<typeof values>) => setValues({ ...values, ...next });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    void navigate({
      search: present({
        tab: "explain" as const,
        who: values.who,
        action: values.action,
        backend: values.backend,
        bucket: values.bucket,
        key: values.key,
      }),
    });
  };
  const isAsked = search.who !== undefined && search.action !== undefined;
  return (
    <div className={styles.explain}>
      <form className={styles.form} onSubmit={submit}>
        <Pair>
          <Combo
            label={t("explain.who")}
            hint={t("explain.whoHint")}
            suggestions={[
              STRANGER,
              ...users.names,
              ...credentials.map(({ access_key }) => access_key),
            ]}
            value={values.who}
            onChange={(who) => set({ who })}
          />
          <Combo
            label={t("audit.action")}
            hint={t("explain.actionHint")}
            suggestions={ACTIONS}
            value={values.action}
            onChange={(action) => set({ action })}
          />
        </Pair>
        <PlaceFields
          values={{ backend: values.backend, bucket: values.bucket, prefix: "" }}
          onChange={({ backend, bucket }) => set({ backend, bucket })}
          hasPrefix={false}
        />
        <Field
          label={t("object.key")}
          hint={t("explain.keyHint")}
          spellCheck={false}
          value={values.key}
          onChange={(event) => set({ key: event.target.value })}
        />
        <div>
          <Button kind="primary" type="submit" disabled={values.who === "" || values.action === ""}>
            {t("explain.ask")}
          </Button>
        </div>
      </form>
      {isAsked && (
        <Answer
          question={{
            principal: search.who === STRANGER ? STRANGER : users.idOf(search.who ?? ""),
            action: search.action ?? "",
            backend_id: search.backend,
            bucket: search.bucket,
            key: search.key,
          }}
        />
      )}
    </div>
  );
}

function asked(search: ExplainSearch) {
  const { who = "", action = "GetObject", backend = "", bucket = "", key = "" } = search;
  return { who, action, backend, bucket, key };
}

function Answer({ question }: { question: AccessQuestion }) {
  const decision = useQuery(explainQuery(question));
  if (decision.isError) return <Refusal error={decision.error} />;
  if (decision.data === undefined) return <p role="status">{t("state.loading")}</p>;
  return <Verdict decision={decision.data} />;
}

function Verdict({ decision }: { decision: Decision }) {
  const { allowed, reason, trace } = decision;
  const Icon = allowed ? ShieldCheck : ShieldX;
  return (
    <section className={styles.verdict} aria-label={t("explain.verdict")}>
      <p className={styles.answer} role="status">
        <Icon size={20} aria-hidden />
        <StatusDot tone={allowed ? "ok" : "err"}>
          {allowed ? t("explain.allowed") : t("explain.denied")}
        </StatusDot>
      </p>
      {!allowed && <p>{reasonWords(reason)}</p>}
      <table className={styles.trace}>
        <thead>
          <tr>
            <th scope="col">{t("explain.rule")}</th>
            <th scope="col">{t("users.source")}</th>
            <th scope="col">{t("explain.matched")}</th>
          </tr>
        </thead>
        <tbody>
          {trace.map(({ rule, source, matched }, index) => (
            <tr key={index} data-matched={matched}>
              <td>{rule}</td>
              <td>
                <code>{source}</code>
              </td>
              <td>
                <StatusDot tone={matched ? "ok" : "neutral"}>
                  {matched ? t("explain.yes") : t("explain.no")}
                </StatusDot>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function reasonWords(reason: string): string {
  return errorWords(new ApiError({ status: 403, code: "forbidden", message: reason, reason }))
    .message;
}
