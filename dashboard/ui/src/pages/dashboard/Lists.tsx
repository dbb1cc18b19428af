import { Link } from "@tanstack/react-router";
import type { AdminDashboard } from "../../api/schema.gen";
import { Bars } from "../../components/charts/Bars";
import { Badge } from "../../components/data/Status";
import { Time } from "../../components/data/Time";
import { formatBytes, formatNumber } from "../../lib/format";
import { t } from "../../lib/i18n";
import styles from "./Dashboard.module.css";

/** The buckets that hold most, as far as they were counted. */
export function TopBuckets({ storage }: { storage: AdminDashboard["storage"] }) {
  return (
    <section className={styles.card} aria-labelledby="top-buckets">
      <h2 id="top-buckets">{t("lists.buckets")}</h2>
      {storage.top_buckets.length === 0 && <p>{t("home.notCounted")}</p>}
      <Bars
        label={t("lists.buckets")}
        bars={storage.top_buckets.map(({ backend_id: backend, bucket, bytes }) => ({
          id: `${backend}/${bucket}`,
          label: (
            <Link to="/b/$backend/$bucket" params={{ backend, bucket }}>
              {bucket}
            </Link>
          ),
          value: bytes,
          text: formatBytes(bytes),
        }))}
      />
    </section>
  );
}

/** The access keys that are used most. */
export function Keys({ keys }: { keys: AdminDashboard["credentials"] }) {
  return (
    <section className={styles.card} aria-labelledby="busy-keys">
      <h2 id="busy-keys">{t("lists.keys")}</h2>
      {keys.length === 0 && <p>{t("chart.nothing")}</p>}
      <Bars
        label={t("lists.keys")}
        bars={keys.map(({ access_key, requests_24h }) => ({
          id: access_key,
          label: <code>{access_key}</code>,
          value: requests_24h,
          text: formatNumber(requests_24h),
        }))}
      />
    </section>
  );
}

/** Calls that failed on our side, each with the way to the log. */
export function RecentErrors({ errors }: { errors: AdminDashboard["requests"]["recent_errors"] }) {
  return (
    <section className={styles.card} aria-labelledby="recent-errors">
      <h2 id="recent-errors">{t("lists.errors")}</h2>
      {errors.length === 0 && <p>{t("lists.noErrors")}</p>}
      <ul className={styles.errors}>
        {errors.slice(0, 10).map(({ when, path, method, status, request_id }) => (
          <li key={request_id}>
            <Badge tone="err">{status}</Badge>
            <code className={styles.path} title={path}>
              {method} {path}
            </code>
            <Time at={when} />
            <Link to="/admin/audit" search={{ request_id }}>
              {t("lists.inAudit")}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
