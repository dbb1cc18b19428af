import { useQuery } from "@tanstack/react-query";
import { Plus, Tag, Trash2 } from "lucide-react";
import { lazy, Suspense, useMemo, useState } from "react";
import { aliasesQuery } from "../../../api/proxy";
import type { Alias } from "../../../api/schema.gen";
import { Button } from "../../../components/controls/Button";
import { isDeclared, Source } from "../../../components/data/Source";
import { EmptyState } from "../../../components/feedback/EmptyState";
import { ListArea } from "../../../components/grid/ListArea";
import { menuColumn } from "../../../components/grid/menuColumn";
import type { Column } from "../../../components/grid/types";
import { t } from "../../../lib/i18n";
import styles from "../access/Access.module.css";
import { placeText } from "../PlaceFields";
import type { ProxyDialog } from "./ProxyDialogs";

const ProxyDialogs = lazy(() => import("./ProxyDialogs"));

const rowKey = ({ name }: Alias) => name;

/** Other names under which clients find buckets. */
export function AliasesView() {
  const aliases = useQuery(aliasesQuery);
  const [dialog, setDialog] = useState<ProxyDialog | null>(null);
  const columns = useMemo(() => aliasColumns(setDialog), []);
  const create = (
    <Button
      kind="primary"
      icon={<Plus size={16} aria-hidden />}
      onClick={() => setDialog({ kind: "alias" })}
    >
      {t("aliases.create")}
    </Button>
  );
  return (
    <>
      <div className={styles.bar}>
        <p>{t("aliases.note")}</p>
        {create}
      </div>
      <ListArea
        label={t("aliases.title")}
        query={aliases}
        rows={aliases.data}
        rowKey={rowKey}
        rowName={rowKey}
        columns={columns}
        empty={
          <EmptyState
            icon={<Tag size={28} aria-hidden />}
            title={t("aliases.none")}
            text={t("aliases.noneText")}
            action={create}
          />
        }
      />
      <Suspense>
        {dialog !== null && <ProxyDialogs dialog={dialog} onClose={() => setDialog(null)} />}
      </Suspense>
    </>
  );
}

function aliasColumns(onDialog: (dialog: ProxyDialog) => void): Column<Alias>[] {
  return [
    {
      id: "name",
      header: t("aliases.name"),
      width: "minmax(180px, 1fr)",
      narrow: "minmax(0, 1fr)",
      cell: ({ name }) => <strong title={name}>{name}</strong>,
    },
    {
      id: "place",
      header: t("aliases.leadsTo"),
      width: "minmax(200px, 1.2fr)",
      narrow: "minmax(0, 1fr)",
      cell: ({ backend_id: backend, bucket }) => placeText({ backend, bucket, prefix: "" }),
    },
    {
      id: "source",
      header: t("users.source"),
      width: "160px",
      cell: (alias) => <Source {...alias} />,
    },
    menuColumn(rowKey, (alias) =>
      isDeclared(alias)
        ? []
        : [
            {
              id: "delete",
              text: t("action.delete"),
              icon: <Trash2 aria-hidden />,
              isDanger: true,
              act: () => onDialog({ kind: "unalias", alias }),
            },
          ],
    ),
  ];
}
