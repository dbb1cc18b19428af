import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { type SubmitEvent, useState } from "react";
import { type AccessQuestion, explainQuery } from "../../../api/access";
import { allCredentialsQuery } from "../../../api/proxy";
import { Button } from "../../../components/controls/Button";
import { Field } from "../../../components/controls/Field";
import { Pair } from "../../../components/forms/Check";
import { Combo } from "../../../components/forms/Combo";
import { Refusal } from "../../../components/forms/Refusal";
import { t } from "../../../lib/i18n";
import { type ExplainSearch, present } from "../../search";
import { PlaceFields } from "../PlaceFields";
import { useUsers } from "../useUsers";
import styles from "./Access.module.css";
import { Verdict } from "./Verdict";

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
          </Button>{" "}
          <Link to="/requests">{t("requests.title")}</Link>
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
