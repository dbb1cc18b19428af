import { Link } from "@tanstack/react-router";
import { Activity, Copy, Pencil, Power, PowerOff, Trash2, Wrench } from "lucide-react";
import type { Endpoint } from "../../../api/schema.gen";
import { isDeclared, Source } from "../../../components/data/Source";
import { StatusDot, type Tone } from "../../../components/data/Status";
import { Time } from "../../../components/data/Time";
import { menuColumn, type RowAction } from "../../../components/grid/menuColumn";
import type { Column } from "../../../components/grid/types";
import { t } from "../../../lib/i18n";
import styles from "./Endpoints.module.css";
import type { EndpointActions } from "./EndpointsPage";
import { asYaml } from "./services";

/** Name, state, address, source and menu of a backend. */
export function endpointColumns(actions: EndpointActions): Column<Endpoint>[] {
  return [
    {
      id: "name",
      header: t("column.name"),
      width: "minmax(180px, 1fr)",
      narrow: "minmax(0, 1fr)",
      cell: ({ id, name }) => (
        <Link
          from="/admin/backends"
          to="."
          search={(old) => ({ ...old, backend: id })}
          className={styles.name}
          title={id}
          tabIndex={-1}
        >
          {name}
        </Link>
      ),
    },
    {
      id: "state",
      header: t("credentials.state"),
      width: "148px",
      narrow: "132px",
      cell: (endpoint) => <State endpoint={endpoint} />,
    },
    {
      id: "endpoint",
      header: t("endpoints.address"),
      width: "minmax(200px, 1.2fr)",
      cell: ({ endpoint }) => <code title={endpoint}>{endpoint}</code>,
    },
    {
      id: "region",
      isExtra: true,
      header: t("buckets.region"),
      width: "120px",
      cell: ({ region }) => region,
    },
    {
      id: "checked",
      isExtra: true,
      header: t("home.checked"),
      width: "132px",
      cell: ({ last_probe_at }) => <Time at={last_probe_at} />,
    },
    {
      id: "source",
      header: t("users.source"),
      width: "168px",
      cell: (endpoint) => <Source {...endpoint} />,
    },
    menuColumn(
      ({ name }) => name,
      (endpoint) => rowActions(endpoint, actions),
    ),
  ];
}

/** Whether a backend is used, and whether it answers. */
export function State({ endpoint }: { endpoint: Endpoint }) {
  const [tone, text] = stateOf(endpoint);
  return <StatusDot tone={tone}>{text}</StatusDot>;
}

function stateOf({ enabled, maintenance, healthy }: Endpoint): [Tone, string] {
  if (!enabled) return ["neutral", t("credentials.stateOff")];
  if (maintenance) return ["warn", t("endpoints.maintenance")];
  return healthy ? ["ok", t("health.healthy")] : ["err", t("health.down")];
}

function rowActions(endpoint: Endpoint, actions: EndpointActions): (RowAction | null)[] {
  const { id, enabled, maintenance } = endpoint;
  const isFixed = isDeclared(endpoint);
  return [
    {
      id: "probe",
      text: t("endpoints.probe"),
      icon: <Activity aria-hidden />,
      act: () => actions.probe(id),
    },
    {
      id: "yaml",
      text: t("endpoints.copyYaml"),
      icon: <Copy aria-hidden />,
      act: () => void navigator.clipboard.writeText(asYaml(endpoint)),
    },
    isFixed
      ? null
      : {
          id: "edit",
          text: t("action.edit"),
          icon: <Pencil aria-hidden />,
          act: () => actions.dialog({ kind: "edit", endpoint }),
        },
    isFixed
      ? null
      : {
          id: "maintenance",
          text: maintenance ? t("endpoints.endMaintenance") : t("endpoints.startMaintenance"),
          icon: <Wrench aria-hidden />,
          act: () => actions.maintain(id, !maintenance),
        },
    isFixed
      ? null
      : {
          id: "enable",
          text: enabled ? t("credentials.disable") : t("credentials.enable"),
          icon: enabled ? <PowerOff aria-hidden /> : <Power aria-hidden />,
          act: () => actions.enable(id, !enabled),
        },
    isFixed
      ? null
      : {
          id: "delete",
          text: t("action.delete"),
          icon: <Trash2 aria-hidden />,
          isDanger: true,
          section: "",
          act: () => actions.dialog({ kind: "delete", endpoint }),
        },
  ];
}
