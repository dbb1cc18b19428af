import { useQuery } from "@tanstack/react-query";
import { Globe, Pencil, Plus, Trash2 } from "lucide-react";
import { lazy, Suspense, useMemo, useState } from "react";
import { bindingsQuery } from "../../../api/proxy";
import type { AnonymousBinding } from "../../../api/schema.gen";
import { Button } from "../../../components/controls/Button";
import { isDeclared, Source } from "../../../components/data/Source";
import { Badge } from "../../../components/data/Status";
import { Time } from "../../../components/data/Time";
import { EmptyState } from "../../../components/feedback/EmptyState";
import { ListArea } from "../../../components/grid/ListArea";
import { menuColumn } from "../../../components/grid/menuColumn";
import type { Column } from "../../../components/grid/types";
import { formatNumber } from "../../../lib/format";
import { t } from "../../../lib/i18n";
import styles from "../access/Access.module.css";
import { placeText } from "../PlaceFields";
import type { ProxyDialog } from "./ProxyDialogs";

const ProxyDialogs = lazy(() => import("./ProxyDialogs"));

const rowKey = ({ backend_id, bucket }: AnonymousBinding) => `${backend_id}/${bucket}`;
const placeOf = ({ backend_id: backend, bucket, prefix }: AnonymousBinding) =>
  placeText({ backend, bucket, prefix });

/** Buckets that anybody may read. */
export function PublicView() {
  const bindings = useQuery(bindingsQuery);
  const [dialog, setDialog] = useState<ProxyDialog | null>(null);
  const columns = useMemo(() => bindingColumns(setDialog), []);
  const create = (
    <Button
      kind="primary"
      icon={<Plus size={16} aria-hidden />}
      onClick={() => setDialog({ kind: "binding", binding: null })}
    >
      {t("public.create")}
    </Button>
  );
  return (
    <>
      <div className={styles.bar}>
        <p>{t("public.note")}</p>
        {create}
      </div>
      <ListArea
        label={t("public.title")}
        query={bindings}
        rows={bindings.data}
        rowKey={rowKey}
        rowName={({ bucket }) => bucket}
        columns={columns}
        empty={
          <EmptyState
            icon={<Globe size={28} aria-hidden />}
            title={t("public.none")}
            text={t("public.noneText")}
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

function bindingColumns(onDialog: (dialog: ProxyDialog) => void): Column<AnonymousBinding>[] {
  return [
    {
      id: "place",
      header: t("audit.place"),
      width: "minmax(200px, 1fr)",
      narrow: "minmax(0, 1fr)",
      cell: (binding) => (
        <>
          <Globe size={16} aria-hidden />
          <strong title={placeOf(binding)}>{placeOf(binding)}</strong>
        </>
      ),
    },
    {
      id: "list",
      header: t("public.may"),
      width: "160px",
      narrow: "120px",
      cell: ({ list }) => (
        <Badge tone="warn">{list ? t("public.readAndList") : t("public.read")}</Badge>
      ),
    },
    {
      id: "rate",
      header: t("public.rate"),
      width: "160px",
      isNumeric: true,
      cell: ({ per_source_ip_rps: rps }) =>
        rps === 0 ? t("public.unlimited") : t("public.perSecond", { rps: formatNumber(rps) }),
    },
    {
      id: "created",
      header: t("column.created"),
      width: "140px",
      cell: ({ created_at }) => <Time at={created_at} />,
    },
    {
      id: "source",
      header: t("users.source"),
      width: "160px",
      cell: (binding) => <Source {...binding} />,
    },
    menuColumn(
      ({ bucket }) => bucket,
      (binding) =>
        isDeclared(binding)
          ? []
          : [
              {
                id: "edit",
                text: t("action.edit"),
                icon: <Pencil aria-hidden />,
                act: () => onDialog({ kind: "binding", binding }),
              },
              {
                id: "delete",
                text: t("public.delete"),
                icon: <Trash2 aria-hidden />,
                isDanger: true,
                section: "",
                act: () => onDialog({ kind: "unbind", binding }),
              },
            ],
    ),
  ];
}
