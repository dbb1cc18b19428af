import type { UseQueryResult } from "@tanstack/react-query";
import { ApiError } from "../../api/error";
import type { EffectiveAccess } from "../../api/schema.gen";
import { Badge } from "../../components/data/Status";
import { Refusal } from "../../components/forms/Refusal";
import { t } from "../../lib/i18n";
import { accessWords } from "../credentials/accessWords";
import { placeText } from "./PlaceFields";
import styles from "./Admin.module.css";

/** Where somebody may do what, and which rule says so. */
export function AccessList({ query }: { query: UseQueryResult<EffectiveAccess> }) {
  if (query.error instanceof ApiError) return <Refusal error={query.error} />;
  if (query.data === undefined) return <p role="status">{t("state.loading")}</p>;
  const { role, groups, grants } = query.data;
  return (
    <>
      {groups.length > 0 && <p>{t("access.groups", { names: groups.join(", ") })}</p>}
      {role === "admin" && <p>{t("access.everything")}</p>}
      {role !== "admin" && grants.length === 0 && <p>{t("access.nothing")}</p>}
      {role !== "admin" && (
        <ul className={styles.access}>
          {grants.map(({ backend_id: backend, bucket, prefix, access, source }, index) => (
            <li key={index}>
              <span>{placeText({ backend, bucket, prefix })}</span>
              <Badge tone="neutral">{accessWords(access)}</Badge>
              <code className={styles.rule}>{source}</code>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
