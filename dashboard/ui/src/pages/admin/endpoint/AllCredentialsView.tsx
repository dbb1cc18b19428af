import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { KeyRound, Power, PowerOff, Trash2 } from "lucide-react";
import { lazy, Suspense, useMemo, useState } from "react";
import { allCredentialsQuery, updateAnyCredential } from "../../../api/proxy";
import type { Credential } from "../../../api/schema.gen";
import { FilterField } from "../../../components/controls/FilterField";
import { isDeclared, Source } from "../../../components/data/Source";
import { EmptyState } from "../../../components/feedback/EmptyState";
import { useQuickAction } from "../../../components/feedback/useAction";
import { ListArea } from "../../../components/grid/ListArea";
import { menuColumn, type RowAction } from "../../../components/grid/menuColumn";
import type { Column } from "../../../components/grid/types";
import { t } from "../../../lib/i18n";
import { credentialColumns } from "../../credentials/columns";
import { present } from "../../search";
import styles from "../access/Access.module.css";
import { useUsers } from "../useUsers";

const ProxyDialogs = lazy(() => import("./ProxyDialogs"));

const rowKey = ({ access_key }: Credential) => access_key;

/** Every virtual credential, whoever owns it. */
export function AllCredentialsView() {
  const { filter = "" } = useSearch({ from: "/shell/admin/s3" });
  const navigate = useNavigate({ from: "/admin/s3" });
  const credentials = useQuery(allCredentialsQuery);
  const users = useUsers();
  const [deleted, setDeleted] = useState<Credential | null>(null);
  const enable = useQuickAction(
    ({ key, isOn }: { key: string; isOn: boolean }) => updateAnyCredential(key, { enabled: isOn }),
    [allCredentialsQuery.queryKey],
  ).mutate;
  const columns = useMemo(
    () => columnsOf(users.nameOf, { enable, onDelete: setDeleted }),
    [users, enable],
  );
  const shown = credentials.data?.filter((one) => matches(one, users.nameOf, filter));
  return (
    <>
      <div className={styles.bar}>
        <FilterField
          label={t("proxy.filter")}
          value={filter}
          onChange={(text) => void navigate({ search: present({ filter: text }), replace: true })}
        />
        <p>{t("proxy.credentialsNote")}</p>
      </div>
      <ListArea
        label={t("proxy.credentials")}
        query={credentials}
        rows={shown}
        rowKey={rowKey}
        rowName={rowKey}
        columns={columns}
        empty={
          <EmptyState
            icon={<KeyRound size={28} aria-hidden />}
            title={filter === "" ? t("credentials.none") : t("filter.nothing", { filter })}
          />
        }
      />
      <Suspense>
        {deleted !== null && (
          <ProxyDialogs
            dialog={{ kind: "credential", credential: deleted }}
            onClose={() => setDeleted(null)}
          />
        )}
      </Suspense>
    </>
  );
}

function matches(
  { access_key, description = "", user_id = "", buckets }: Credential,
  nameOf: (id: string) => string,
  filter: string,
): boolean {
  const text = [access_key, description, nameOf(user_id), ...buckets].join(" ");
  return text.toLowerCase().includes(filter.toLowerCase());
}

interface Actions {
  enable: (change: { key: string; isOn: boolean }) => void;
  onDelete: (credential: Credential) => void;
}

const NO_MENU = {
  canWrite: false,
  onSnippets: () => undefined,
  onEnable: () => undefined,
  onDelete: () => undefined,
};

/** The columns that owners see, with the owner and the source among them. */
function columnsOf(nameOf: (id: string) => string, actions: Actions): Column<Credential>[] {
  const own = credentialColumns(NO_MENU).filter(({ id }) => id !== "menu");
  const [key, description, ...rest] = own;
  const owner: Column<Credential> = {
    id: "owner",
    header: t("proxy.owner"),
    width: "140px",
    cell: ({ user_id }) =>
      user_id === undefined ? t("proxy.service") : <span title={user_id}>{nameOf(user_id)}</span>,
  };
  const source: Column<Credential> = {
    id: "source",
    header: t("users.source"),
    width: "148px",
    cell: (credential) => <Source {...credential} />,
  };
  const menu = menuColumn(rowKey, (credential: Credential) => rowActions(credential, actions));
  return [key, description, owner, ...rest, source, menu].filter((one) => one !== undefined);
}

function rowActions(credential: Credential, { enable, onDelete }: Actions): RowAction[] {
  if (isDeclared(credential)) return [];
  const { access_key: key, enabled } = credential;
  return [
    {
      id: "enable",
      text: enabled ? t("credentials.disable") : t("credentials.enable"),
      icon: enabled ? <PowerOff aria-hidden /> : <Power aria-hidden />,
      act: () => enable({ key, isOn: !enabled }),
    },
    {
      id: "delete",
      text: t("action.delete"),
      icon: <Trash2 aria-hidden />,
      isDanger: true,
      section: "",
      act: () => onDelete(credential),
    },
  ];
}
