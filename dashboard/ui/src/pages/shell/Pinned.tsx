import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Database } from "lucide-react";
import { pinsQuery } from "../../api/account";
import { t } from "../../lib/i18n";
import styles from "./Rail.module.css";

/** The buckets that one has pinned. */
export function Pinned() {
  const pins = useQuery(pinsQuery).data ?? [];
  if (pins.length === 0) return null;
  return (
    <>
      <h2 className={styles.group}>{t("rail.pinned")}</h2>
      <ul>
        {pins.map(({ backend_id: backend, bucket }) => (
          <li key={`${backend}/${bucket}`}>
            <Link
              to="/b/$backend/$bucket"
              params={{ backend, bucket }}
              activeOptions={{ exact: true, includeSearch: false }}
              className={styles.link}
              title={`${backend} / ${bucket}`}
            >
              <Database size={16} aria-hidden />
              <span>{bucket}</span>
            </Link>
          </li>
        ))}
      </ul>
    </>
  );
}
