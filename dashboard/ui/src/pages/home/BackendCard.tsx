import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Activity, Server } from "lucide-react";
import type { ReactNode } from "react";
import { bucketsQuery, probeBackend } from "../../api/backends";
import { errorSentence } from "../../api/errorText";
import type { Backend, Bucket, Capabilities, EndpointHealth } from "../../api/schema.gen";
import { IconButton } from "../../components/controls/Button";
import { Sparkline } from "../../components/data/Sparkline";
import { Badge, StatusDot } from "../../components/data/Status";
import { Time } from "../../components/data/Time";
import { showError } from "../../components/feedback/showError";
import { formatBytes, formatNumber } from "../../lib/format";
import { type TextKey, t } from "../../lib/i18n";
import styles from "./Home.module.css";

const PROBES = 20;
const SHOWN: readonly [keyof Capabilities, TextKey][] = [
  ["versioning", "capability.versioning"],
  ["object_lock", "capability.objectLock"],
  ["lifecycle", "capability.lifecycle"],
  ["bucket_policy", "capability.policy"],
  ["tagging", "capability.tagging"],
];

interface BackendCardProps {
  backend: Backend;
  /** Administrators get the history of probes. */
  health: EndpointHealth | undefined;
}

/** One backend; a slow or failing one shows that here and delays nothing else. */
export function BackendCard({ backend, health }: BackendCardProps) {
  const { id, name, healthy } = backend;
  return (
    <li className={styles.card}>
      <div className={styles.head}>
        <Server size={18} aria-hidden className={styles.sign} />
        <h2 className={styles.name}>
          <Link to="/b/$backend" params={{ backend: id }} className={styles.link}>
            {name}
          </Link>
        </h2>
        <StatusDot tone={healthy ? "ok" : "err"}>
          {healthy ? t("health.healthy") : t("health.down")}
        </StatusDot>
      </div>
      <dl className={styles.facts}>
        <Latency health={health} backend={backend} />
        {healthy && <Stored backend={id} />}
      </dl>
      {!healthy && backend.last_error !== undefined && (
        <p className={styles.error}>{backend.last_error}</p>
      )}
      <ul className={styles.chips} aria-label={t("home.capabilities")}>
        {SHOWN.filter(([capability]) => backend.capabilities[capability] === true).map(
          ([capability, text]) => (
            <li key={capability}>
              <Badge tone="neutral">{t(text)}</Badge>
            </li>
          ),
        )}
      </ul>
    </li>
  );
}

function Latency({ health, backend }: BackendCardProps) {
  const points = (health?.history ?? []).map((probe) => ({
    value: probe.latency_ms,
    isFailed: !probe.healthy,
  }));
  const failed = points.filter(({ isFailed }) => isFailed).length;
  return (
    <>
      {health !== undefined && (
        <Fact name={t("home.latency")}>
          <Sparkline
            label={t("home.probes", { count: points.length, failed })}
            points={points}
            capacity={PROBES}
          />
          <span className={styles.figure}>
            {health.healthy ? t("home.ms", { value: health.latency_ms }) : "–"}
          </span>
        </Fact>
      )}
      <Fact name={t("home.checked")}>
        <Time at={backend.last_probe_at} />
        <Probe backend={backend.id} name={backend.name} />
      </Fact>
    </>
  );
}

function Probe({ backend, name }: { backend: string; name: string }) {
  const client = useQueryClient();
  const probe = useMutation({
    mutationFn: () => probeBackend(backend),
    onSuccess: () => client.invalidateQueries({ queryKey: ["backends"] }),
    onError: showError,
  });
  return (
    <IconButton
      label={t("home.probe", { name })}
      aria-busy={probe.isPending}
      onClick={() => probe.mutate()}
      className={styles.probe}
    >
      <Activity size={14} aria-hidden />
    </IconButton>
  );
}

function Stored({ backend }: { backend: string }) {
  const buckets = useQuery(bucketsQuery(backend));
  if (buckets.isError) return <Fact name={t("home.buckets")}>{errorSentence(buckets.error)}</Fact>;
  return (
    <>
      <Fact name={t("home.buckets")}>
        {buckets.data === undefined ? "…" : formatNumber(buckets.data.length)}
      </Fact>
      <Fact name={t("home.stored")}>{buckets.data === undefined ? "…" : stored(buckets.data)}</Fact>
    </>
  );
}

function stored(buckets: readonly Bucket[]): string {
  const known = buckets.filter(({ size_bytes }) => size_bytes !== undefined);
  if (known.length === 0) return t("home.notCounted");
  return formatBytes(known.reduce((sum, { size_bytes = 0 }) => sum + size_bytes, 0));
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className={styles.fact}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** A card whose backend is on its way. */
export function CardSkeleton() {
  return <li className={styles.card} data-loading="true" aria-hidden />;
}
