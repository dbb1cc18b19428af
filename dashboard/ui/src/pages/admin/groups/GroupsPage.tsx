import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Pencil, Plus, Trash2, UsersRound } from "lucide-react";
import { lazy, Suspense, useMemo, useState } from "react";
import { groupsQuery } from "../../../api/access";
import type { Group } from "../../../api/schema.gen";
import { Button } from "../../../components/controls/Button";
import { FilterField } from "../../../components/controls/FilterField";
import { isDeclared, Source } from "../../../components/data/Source";
import { EmptyState } from "../../../components/feedback/EmptyState";
import { ListArea } from "../../../components/grid/ListArea";
import { menuColumn } from "../../../components/grid/menuColumn";
import type { Column } from "../../../components/grid/types";
import { PageHead } from "../../../components/shell/PageHead";
import { formatNumber } from "../../../lib/format";
import { t } from "../../../lib/i18n";
import { useTitle } from "../../../lib/useTitle";
import { present } from "../../search";

const GroupDialogs = lazy(() => import("./GroupDialogs"));

export type GroupDialog = { kind: "create" } | { kind: "edit" | "delete"; group: Group };

const rowKey = ({ id }: Group) => id;
const rowName = ({ name }: Group) => name;

/** Groups: who is in them, by hand, by YAML or by what the sign-in service says. */
export function GroupsPage() {
  useTitle(t("groups.title"));
  const { query = "" } = useSearch({ from: "/shell/admin/groups" });
  const navigate = useNavigate({ from: "/admin/groups" });
  const groups = useQuery(groupsQuery);
  const [dialog, setDialog] = useState<GroupDialog | null>(null);
  const columns = useMemo(() => groupColumns(setDialog), []);
  const shown = groups.data?.filter(({ name }) => name.toLowerCase().includes(query.toLowerCase()));
  const create = (
    <Button
      kind="primary"
      icon={<Plus size={16} aria-hidden />}
      onClick={() => setDialog({ kind: "create" })}
    >
      {t("groups.create")}
    </Button>
  );
  return (
    <>
      <PageHead title={t("groups.title")} note={t("groups.note")}>
        <FilterField
          label={t("groups.filter")}
          value={query}
          onChange={(text) => void navigate({ search: present({ query: text }), replace: true })}
        />
        {create}
      </PageHead>
      <ListArea
        label={t("groups.title")}
        query={groups}
        rows={shown}
        rowKey={rowKey}
        rowName={rowName}
        columns={columns}
        onOpen={(group) => {
          if (!isDeclared(group)) setDialog({ kind: "edit", group });
        }}
        empty={
          <EmptyState
            icon={<UsersRound size={28} aria-hidden />}
            title={query === "" ? t("groups.none") : t("filter.nothing", { filter: query })}
            text={t("groups.noneText")}
            action={query === "" && create}
          />
        }
      />
      <Suspense>
        {dialog !== null && <GroupDialogs dialog={dialog} onClose={() => setDialog(null)} />}
      </Suspense>
    </>
  );
}

function groupColumns(onDialog: (dialog: GroupDialog) => void): Column<Group>[] {
  return [
    {
      id: "name",
      header: t("column.name"),
      width: "minmax(180px, 1fr)",
      narrow: "minmax(0, 1fr)",
      cell: ({ name }) => <strong title={name}>{name}</strong>,
    },
    {
      id: "members",
      header: t("groups.members"),
      width: "120px",
      narrow: "84px",
      isNumeric: true,
      cell: ({ members }) => formatNumber(members.length),
    },
    {
      id: "claims",
      header: t("groups.claims"),
      width: "minmax(160px, 1fr)",
      cell: ({ claim_values }) => (
        <span title={claim_values.join(", ")}>{claim_values.join(", ") || "–"}</span>
      ),
    },
    {
      id: "source",
      header: t("users.source"),
      width: "160px",
      cell: (group) => <Source {...group} />,
    },
    menuColumn(rowName, (group) =>
      isDeclared(group)
        ? []
        : [
            {
              id: "edit",
              text: t("action.edit"),
              icon: <Pencil aria-hidden />,
              act: () => onDialog({ kind: "edit", group }),
            },
            {
              id: "delete",
              text: t("action.delete"),
              icon: <Trash2 aria-hidden />,
              isDanger: true,
              section: "",
              act: () => onDialog({ kind: "delete", group }),
            },
          ],
    ),
  ];
}
