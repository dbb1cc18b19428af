import { useQuery } from "@tanstack/react-query";
import { Pencil } from "lucide-react";
import { healthQuery } from "../../../api/backends";
import type { Endpoint, EndpointHealth } from "../../../api/schema.gen";
import { Button } from "../../../components/controls/Button";
import { Copy } from "../../../components/controls/Copy";
import { Fact, Facts } from "../../../components/data/Facts";
import { isDeclared, Source } from "../../../components/data/Source";
import { Sparkline } from "../../../components/data/Sparkline";
import { Badge } from "../../../components/data/Status";
import { Time } from "../../../components/data/Time";
import { Banner } from "../../../components/feedback/Banner";
import { Panel } from "../../../components/shell/Panel";
import { t } from "../../../lib/i18n";
import { State } from "./columns";
import styles from "./Endpoints.module.css";
import { asYaml } from "./services";

const PROBES = 20;

interface EndpointPanelProps {
  endpoint: Endpoint;
  onEdit: () => void;
  onClose: () => void;
}

/** All that is set and known of one backend. */
export function EndpointPanel({ endpoint, onEdit, onClose }: EndpointPanelProps) {
  const health = useQuery(healthQuery).data?.find(({ id }) => id === endpoint.id);
  const capabilities = Object.entries(endpoint.capabilities);
  const yaml = asYaml(endpoint);
  return (
    <Panel
      label={t("endpoints.panel", { name: endpoint.name })}
      title={endpoint.name}
      onClose={onClose}
    >
      {isDeclared(endpoint) ? (
        <Banner tone="info">
          {t("endpoints.declared")} <Source {...endpoint} />
        </Banner>
      ) : (
        <div>
          <Button icon={<Pencil size={16} aria-hidden />} onClick={onEdit}>
            {t("action.edit")}
          </Button>
        </div>
      )}
      {endpoint.last_error !== undefined && <Banner tone="err">{endpoint.last_error}</Banner>}
      <Facts>
        <Fact name={t("credentials.state")}>
          <State endpoint={endpoint} />
        </Fact>
        <Fact name={t("endpoints.id")} value={endpoint.id} copied={endpoint.id} />
        <Fact name={t("endpoints.address")} value={endpoint.endpoint} copied={endpoint.endpoint} />
        <Fact name={t("buckets.region")} value={endpoint.region} />
        <Fact name={t("endpoints.style")}>
          {endpoint.path_style ? t("endpoints.pathStyle") : t("endpoints.hostStyle")}
        </Fact>
        <Fact name={t("credentials.accessKey")} value={endpoint.access_key} />
        <Fact name={t("home.checked")}>
          <Time at={endpoint.last_probe_at} />
        </Fact>
        {health !== undefined && <Latency health={health} />}
      </Facts>
      <h3>{t("home.capabilities")}</h3>
      <ul className={styles.chips}>
        {capabilities.map(([name, isOn]) => (
          <li key={name}>
            <Badge tone={isOn ? "ok" : "neutral"}>
              {name.replaceAll("_", " ")}: {isOn ? t("explain.yes") : t("explain.no")}
            </Badge>
          </li>
        ))}
      </ul>
      <h3>{t("endpoints.asYaml")}</h3>
      <div className={styles.yaml}>
        <pre tabIndex={0} aria-label={t("endpoints.asYaml")}>
          {yaml}
        </pre>
        <Copy text={yaml} label={t("endpoints.copyYaml")} />
      </div>
    </Panel>
  );
}

function Latency({ health }: { health: EndpointHealth }) {
  const points = health.history.map((probe) => ({
    value: probe.latency_ms,
    isFailed: !probe.healthy,
  }));
  const failed = points.filter(({ isFailed }) => isFailed).length;
  return (
    <Fact name={t("home.latency")}>
      <Sparkline
        label={t("home.probes", { count: points.length, failed })}
        points={points}
        capacity={PROBES}
      />
    </Fact>
  );
}
