import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { type SubmitEvent, useState } from "react";
import { requestQuery } from "../../api/access";
import { meQuery } from "../../api/me";
import { Button } from "../../components/controls/Button";
import { Field } from "../../components/controls/Field";
import { ErrorState } from "../../components/feedback/ErrorState";
import { PageHead } from "../../components/shell/PageHead";
import sheet from "../../components/shell/Sheet.module.css";
import { t } from "../../lib/i18n";
import { useTitle } from "../../lib/useTitle";
import { present } from "../search";
import { RequestAnswer } from "./RequestAnswer";
import styles from "./Requests.module.css";

/** Why an S3 request ended as it did, by the id that stands in its answer. */
export function RequestPage() {
  useTitle(t("requests.title"));
  const { id = "" } = useSearch({ from: "/shell/requests" });
  const navigate = useNavigate({ from: "/requests" });
  const [typed, setTyped] = useState(id);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    void navigate({ search: present({ id: typed.trim() }) });
  };
  return (
    <>
      <PageHead title={t("requests.title")} note={t("requests.note")} />
      <div className={sheet.page}>
        <form className={styles.form} onSubmit={submit}>
          <Field
            label={t("error.requestId")}
            hint={t("requests.hint")}
            spellCheck={false}
            autoComplete="off"
            value={typed}
            onChange={({ target }) => setTyped(target.value)}
          />
          <div>
            <Button kind="primary" type="submit" disabled={typed.trim() === ""}>
              {t("explain.ask")}
            </Button>
          </div>
        </form>
        {id !== "" && <Answer key={id} id={id} />}
      </div>
    </>
  );
}

function Answer({ id }: { id: string }) {
  const isAdmin = useSuspenseQuery(meQuery).data.role === "admin";
  const answer = useQuery(requestQuery(id, { isAdmin }));
  if (answer.isError) {
    return <ErrorState error={answer.error} onRetry={() => void answer.refetch()} />;
  }
  if (answer.data === undefined) return <p role="status">{t("state.loading")}</p>;
  return <RequestAnswer found={answer.data} />;
}
