import { Link } from "@tanstack/react-router";
import { Activity, ListChecks, Wrench } from "lucide-react";
import { useEffect, useRef } from "react";
import { probeBackend } from "../../../api/backends";
import { ENDPOINT_STALE, updateEndpoint } from "../../../api/endpoints";
import { type Condition, type Probes, testStoredEndpoint } from "../../../api/health";
import type { Endpoint, EndpointHealth } from "../../../api/schema.gen";
import { Button } from "../../../components/controls/Button";
import { Fact, Facts } from "../../../components/data/Facts";
import { isDeclared } from "../../../components/data/Source";
import { StatusDot } from "../../../components/data/Status";
import { Time } from "../../../components/data/Time";
import { Banner } from "../../../components/feedback/Banner";
import { useAction, useQuickAction } from "../../../components/feedback/useAction";
import { Refusal } from "../../../components/forms/Refusal";
import sheet from "../../../components/shell/Sheet.module.css";
import { t } from "../../../lib/i18n";
import { TestResult } from "../backends/TestResult";
import { certificateOf, clockOf } from "./condition";
import styles from "./Health.module.css";
import { JudgedFact } from "./JudgedFact";
import { ProbeChart } from "./ProbeChart";
import { isOlder, latencies, stateSince } from "./probes";
import { uptime, uptimeText } from "./uptime";

const DAY_SECONDS = 24 * 3600;

interface BackendSectionProps {
  health: EndpointHealth;
  /** How many probes were answered and failed over seven days, once that is known. */
  probes: Probes | undefined;
  endpoint: Endpoint | undefined;
  condition: Condition | undefined;
  /** Whether the address names this one, as the link of an error does. */
  isMeant: boolean;
}

/** One backend: how it is, how it was, and what can be tried. */
export function BackendSection({ health, probes, isMeant, ...rest }: BackendSectionProps) {
  const { id, name, healthy, history, last_error } = health;
  const { condition, endpoint } = rest;
  const titleId = `health-${id}`;
  const section = useShown(isMeant);
  const test = useAction(() => testStoredEndpoint(id), { stale: ENDPOINT_STALE });
  return (
    <section ref={section} className={sheet.card} aria-labelledby={titleId} tabIndex={-1}>
      <div className={styles.head}>
        <h2 id={titleId}>
          <Link to="/admin/backends" search={{ backend: id }}>
            {name}
          </Link>
        </h2>
        <StatusDot tone={healthy ? "ok" : "err"}>
          {healthy ? t("health.healthy") : t("health.down")}
        </StatusDot>
        <Tools
          id={id}
          endpoint={endpoint}
          onTest={() => test.mutate()}
          isTesting={test.isPending}
        />
      </div>
      {last_error !== undefined && <Banner tone="err">{last_error}</Banner>}
      <div className={styles.halves}>
        <Numbers health={health} probes={probes} condition={condition} />
        <ProbeChart name={name} history={history} />
      </div>
      <Refusal error={test.error} />
      {test.data !== undefined && <TestResult result={test.data} />}
    </section>
  );
}

type NumbersProps = Pick<BackendSectionProps, "health" | "probes" | "condition">;

function Numbers({ health: { id, history, last_probe_at }, probes, condition }: NumbersProps) {
  const since = stateSince(history);
  const found = latencies(history);
  const answered = history.filter(({ healthy }) => healthy).length;
  return (
    <Facts>
      <Fact name={t("health.since")}>
        {since !== undefined && isOlder(history) && `${t("health.atLeast")} `}
        <Time at={since} />
      </Fact>
      <Fact name={t("home.checked")}>
        <Time at={last_probe_at} />
      </Fact>
      <Fact name={t("health.uptime")}>
        {probes === undefined
          ? "…"
          : t("health.uptimes", {
              day: uptimeText(uptime(probes.series, id, probes.readAt - DAY_SECONDS)),
              week: uptimeText(uptime(probes.series, id, 0)),
            })}
      </Fact>
      <Fact name={t("health.answered")}>
        {t("health.ofProbes", { count: answered, total: history.length })}
      </Fact>
      {found !== null && (
        <Fact name={t("home.latency")}>
          {t("health.latencies", { middle: found.middle, slowest: found.slowest })}
        </Fact>
      )}
      <Outside id={id} condition={condition} />
    </Facts>
  );
}

interface OutsideProps {
  id: string;
  condition: Condition | undefined;
}

/** Its clock and its certificate; what could not be seen is left out. */
function Outside({ id, condition }: OutsideProps) {
  const seen = condition?.backends.find(({ backend_id }) => backend_id === id);
  if (condition === undefined || seen === undefined) return null;
  const { skew_seconds: skew, certificate_ends_at: end } = seen;
  return (
    <>
      {skew !== null && <JudgedFact name={t("health.clock")} judged={clockOf(skew)} />}
      {end !== null && (
        <JudgedFact name={t("health.certificate")} judged={certificateOf(end, condition.readAt)} />
      )}
    </>
  );
}

interface ToolsProps {
  id: string;
  endpoint: Endpoint | undefined;
  onTest: () => void;
  isTesting: boolean;
}

function Tools({ id, endpoint, onTest, isTesting }: ToolsProps) {
  const probe = useQuickAction(() => probeBackend(id), ENDPOINT_STALE);
  const maintain = useQuickAction(
    (maintenance: boolean) => updateEndpoint(id, { maintenance }),
    ENDPOINT_STALE,
  );
  return (
    <div className={styles.tools}>
      <Button
        icon={<Activity size={16} aria-hidden />}
        pending={probe.isPending}
        onClick={() => probe.mutate(undefined)}
      >
        {t("endpoints.probe")}
      </Button>
      <Button icon={<ListChecks size={16} aria-hidden />} pending={isTesting} onClick={onTest}>
        {t("health.test")}
      </Button>
      {endpoint !== undefined && !isDeclared(endpoint) && (
        <Button
          icon={<Wrench size={16} aria-hidden />}
          aria-pressed={endpoint.maintenance}
          pending={maintain.isPending}
          onClick={() => maintain.mutate(!endpoint.maintenance)}
        >
          {endpoint.maintenance ? t("endpoints.endMaintenance") : t("endpoints.startMaintenance")}
        </Button>
      )}
    </div>
  );
}

/** Scrolls to the one that is meant, once it is there. */
function useShown(isMeant: boolean) {
  const section = useRef<HTMLElement>(null);
  useEffect(() => {
    if (isMeant) section.current?.focus();
  }, [isMeant]);
  return section;
}
