import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Plus, Server } from "lucide-react";
import { lazy, Suspense, useMemo, useState } from "react";
import { probeBackend } from "../../../api/backends";
import { ENDPOINT_STALE, endpointsQuery, updateEndpoint } from "../../../api/endpoints";
import type { Endpoint, EndpointPatch } from "../../../api/schema.gen";
import { Button } from "../../../components/controls/Button";
import { FilterField } from "../../../components/controls/FilterField";
import { EmptyState } from "../../../components/feedback/EmptyState";
import { useQuickAction } from "../../../components/feedback/useAction";
import { ListArea } from "../../../components/grid/ListArea";
import { PageHead } from "../../../components/shell/PageHead";
import { Split, SplitMain } from "../../../components/shell/Panel";
import { t } from "../../../lib/i18n";
import { useTitle } from "../../../lib/useTitle";
import { present } from "../../search";
import { endpointColumns } from "./columns";
import { EndpointPanel } from "./EndpointPanel";

const EndpointDialogs = lazy(() => import("./EndpointDialogs"));

export type EndpointDialog = { kind: "create" } | { kind: "edit" | "delete"; endpoint: Endpoint };

const rowKey = ({ id }: Endpoint) => id;
const rowName = ({ name }: Endpoint) => name;

/** The stores behind this server: how each is reached, whether it answers, who declares it. */
export function EndpointsPage() {
  useTitle(t("endpoints.title"));
  const { filter = "", backend } = useSearch({ from: "/shell/admin/backends" });
  const navigate = useNavigate({ from: "/admin/backends" });
  const endpoints = useQuery(endpointsQuery);
  const [dialog, setDialog] = useState<EndpointDialog | null>(null);
  const actions = useEndpointActions(setDialog);
  const columns = useMemo(() => endpointColumns(actions), [actions]);
  const show = (id: string | undefined) =>
    void navigate({ search: present({ filter, backend: id }), replace: true });
  const shown = endpoints.data?.find(({ id }) => id === backend);
  const create = (
    <Button
      kind="primary"
      icon={<Plus size={16} aria-hidden />}
      onClick={() => setDialog({ kind: "create" })}
    >
      {t("endpoints.create")}
    </Button>
  );
  return (
    <Split>
      <SplitMain>
        <PageHead title={t("endpoints.title")} note={t("endpoints.note")}>
          <FilterField
            label={t("endpoints.filter")}
            value={filter}
            onChange={(text) =>
              void navigate({ search: present({ filter: text, backend }), replace: true })
            }
          />
          {create}
        </PageHead>
        <ListArea
          label={t("endpoints.title")}
          query={endpoints}
          rows={endpoints.data?.filter((one) => matches(one, filter))}
          rowKey={rowKey}
          rowName={rowName}
          columns={columns}
          onOpen={({ id }) => show(id)}
          currentKey={backend}
          empty={
            <EmptyState
              icon={<Server size={28} aria-hidden />}
              title={filter === "" ? t("home.none") : t("filter.nothing", { filter })}
              text={t("home.noneAdmin")}
              action={filter === "" && create}
            />
          }
        />
      </SplitMain>
      {shown !== undefined && (
        <EndpointPanel
          endpoint={shown}
          onEdit={() => setDialog({ kind: "edit", endpoint: shown })}
          onClose={() => show(undefined)}
        />
      )}
      <Suspense>
        {dialog !== null && <EndpointDialogs dialog={dialog} onClose={() => setDialog(null)} />}
      </Suspense>
    </Split>
  );
}

function matches({ id, name, endpoint }: Endpoint, filter: string): boolean {
  return `${id} ${name} ${endpoint}`.toLowerCase().includes(filter.toLowerCase());
}

export type EndpointActions = ReturnType<typeof useEndpointActions>;

function useEndpointActions(onDialog: (dialog: EndpointDialog) => void) {
  const change = useQuickAction(
    ({ id, body }: { id: string; body: EndpointPatch }) => updateEndpoint(id, body),
    ENDPOINT_STALE,
  ).mutate;
  const probe = useQuickAction(probeBackend, ENDPOINT_STALE).mutate;
  return useMemo(
    () => ({
      probe,
      enable: (id: string, isOn: boolean) => change({ id, body: { enabled: isOn } }),
      maintain: (id: string, isOn: boolean) => change({ id, body: { maintenance: isOn } }),
      dialog: onDialog,
    }),
    [change, probe, onDialog],
  );
}
