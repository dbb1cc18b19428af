import { useQuery } from "@tanstack/react-query";
import { KeySquare, Pencil, Plus, Trash2 } from "lucide-react";
import { lazy, Suspense, useMemo, useState } from "react";
import { grantsQuery, groupsQuery } from "../../../api/access";
import type { RoleName, StoredGrant } from "../../../api/schema.gen";
import { Button } from "../../../components/controls/Button";
import { isDeclared, Source } from "../../../components/data/Source";
import { Badge } from "../../../components/data/Status";
import { EmptyState } from "../../../components/feedback/EmptyState";
import { ListArea } from "../../../components/grid/ListArea";
import { menuColumn } from "../../../components/grid/menuColumn";
import type { Column } from "../../../components/grid/types";
import { t, type TextKey } from "../../../lib/i18n";
import { accessWords } from "../../credentials/accessWords";
import { ROLES } from "../../users/columns";
import { placeText } from "../PlaceFields";
import { useUsers } from "../useUsers";
import styles from "./Access.module.css";

const GrantDialogs = lazy(() => import("./GrantDialogs"));

export type GrantDialog = { kind: "create" } | { kind: "edit" | "delete"; grant: StoredGrant };

export const KINDS: Readonly<Record<string, TextKey>> = {
  user: "grants.user",
  group: "grants.group",
  role: "grants.role",
};

const rowKey = ({ id }: StoredGrant) => id;

/** Every grant: who, where, what. */
export function GrantsView() {
  const grants = useQuery(grantsQuery);
  const nameOf = useSubjectNames();
  const [dialog, setDialog] = useState<GrantDialog | null>(null);
  const columns = useMemo(() => grantColumns(nameOf, setDialog), [nameOf]);
  const create = (
    <Button
      kind="primary"
      icon={<Plus size={16} aria-hidden />}
      onClick={() => setDialog({ kind: "create" })}
    >
      {t("grants.create")}
    </Button>
  );
  return (
    <>
      <div className={styles.bar}>
        <p>{t("grants.note")}</p>
        {create}
      </div>
      <ListArea
        label={t("grants.title")}
        query={grants}
        rows={grants.data}
        rowKey={rowKey}
        rowName={({ subject }) => nameOf(subject.kind, subject.id)}
        columns={columns}
        onOpen={(grant) => {
          if (!isDeclared(grant)) setDialog({ kind: "edit", grant });
        }}
        empty={
          <EmptyState
            icon={<KeySquare size={28} aria-hidden />}
            title={t("grants.none")}
            text={t("grants.noneText")}
            action={create}
          />
        }
      />
      <Suspense>
        {dialog !== null && <GrantDialogs dialog={dialog} onClose={() => setDialog(null)} />}
      </Suspense>
    </>
  );
}

/** How whoever holds a grant is called. */
export function useSubjectNames() {
  const users = useUsers();
  const groups = useQuery(groupsQuery).data;
  return useMemo(() => {
    const names = new Map((groups ?? []).map(({ id, name }) => [id, name]));
    return (kind: string, id: string) => {
      if (kind === "role") return id in ROLES ? t(ROLES[id as RoleName]) : id;
      return kind === "group" ? (names.get(id) ?? id) : users.nameOf(id);
    };
  }, [users, groups]);
}

function grantColumns(
  nameOf: (kind: string, id: string) => string,
  onDialog: (dialog: GrantDialog) => void,
): Column<StoredGrant>[] {
  return [
    {
      id: "subject",
      header: t("grants.who"),
      width: "minmax(180px, 1fr)",
      narrow: "minmax(0, 1fr)",
      cell: ({ subject: { kind, id } }) => {
        const text = KINDS[kind];
        return (
          <>
            <strong title={id}>{nameOf(kind, id)}</strong>
            <Badge tone="neutral">{text === undefined ? kind : t(text)}</Badge>
          </>
        );
      },
    },
    {
      id: "place",
      header: t("audit.place"),
      width: "minmax(200px, 1.4fr)",
      cell: ({ backend_id: backend, bucket, prefix }) => {
        const place = placeText({ backend, bucket, prefix });
        return <span title={place}>{place}</span>;
      },
    },
    {
      id: "access",
      header: t("credentials.rights"),
      width: "200px",
      narrow: "120px",
      cell: ({ access }) => <Badge tone="neutral">{accessWords(access)}</Badge>,
    },
    {
      id: "source",
      header: t("users.source"),
      width: "160px",
      cell: (grant) => <Source {...grant} />,
    },
    menuColumn(
      ({ subject }) => nameOf(subject.kind, subject.id),
      (grant) =>
        isDeclared(grant)
          ? []
          : [
              {
                id: "edit",
                text: t("action.edit"),
                icon: <Pencil aria-hidden />,
                act: () => onDialog({ kind: "edit", grant }),
              },
              {
                id: "delete",
                text: t("grants.delete"),
                icon: <Trash2 aria-hidden />,
                isDanger: true,
                section: "",
                act: () => onDialog({ kind: "delete", grant }),
              },
            ],
    ),
  ];
}
