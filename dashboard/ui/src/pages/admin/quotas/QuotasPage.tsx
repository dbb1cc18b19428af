import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Gauge, Plus } from "lucide-react";
import { lazy, Suspense, useMemo, useState } from "react";
import { quotasQuery } from "../../../api/quotas";
import type { ListedQuota } from "../../../api/schema.gen";
import { Button } from "../../../components/controls/Button";
import { FilterField } from "../../../components/controls/FilterField";
import { isDeclared } from "../../../components/data/Source";
import { EmptyState } from "../../../components/feedback/EmptyState";
import { ListArea } from "../../../components/grid/ListArea";
import { PageHead } from "../../../components/shell/PageHead";
import { t } from "../../../lib/i18n";
import { useTitle } from "../../../lib/useTitle";
import { present } from "../../search";
import { quotaColumns } from "./columns";
import { byFullness } from "./fullness";
import type { QuotaDialog } from "./QuotaDialogs";
import { useSubjects } from "./useSubjects";

const QuotaDialogs = lazy(() => import("./QuotaDialogs"));

const rowKey = ({ kind, id, backend_id, bucket }: ListedQuota) =>
  [kind, id, backend_id, bucket].join("/");

/** Every limit with what is used of it, the fullest first. */
export function QuotasPage() {
  useTitle(t("quotas.title"));
  const { filter = "" } = useSearch({ from: "/shell/admin/quotas" });
  const navigate = useNavigate({ from: "/admin/quotas" });
  const quotas = useQuery(quotasQuery);
  const { nameOf } = useSubjects();
  const [dialog, setDialog] = useState<QuotaDialog | null>(null);
  const columns = useMemo(() => quotaColumns(nameOf, setDialog), [nameOf]);
  const shown = useMemo(() => {
    const wanted = filter.toLowerCase();
    const found = quotas.data?.filter((one) => nameOf(one).toLowerCase().includes(wanted));
    return found && byFullness(found);
  }, [quotas.data, filter, nameOf]);
  const setFilter = (text: string) =>
    void navigate({ search: present({ filter: text }), replace: true });
  const create = (
    <Button
      kind="primary"
      icon={<Plus size={16} aria-hidden />}
      onClick={() => setDialog({ kind: "create" })}
    >
      {t("quotas.create")}
    </Button>
  );
  return (
    <>
      <PageHead title={t("quotas.title")} note={t("quotas.note")}>
        <FilterField label={t("quotas.filter")} value={filter} onChange={setFilter} />
        {create}
      </PageHead>
      <ListArea
        label={t("quotas.title")}
        query={quotas}
        rows={shown}
        rowKey={rowKey}
        rowName={nameOf}
        columns={columns}
        onOpen={(quota) => {
          if (!isDeclared(quota)) setDialog({ kind: "edit", quota });
        }}
        empty={
          filter === "" ? (
            <EmptyState
              icon={<Gauge size={28} aria-hidden />}
              title={t("quotas.none")}
              text={t("quotas.noneText")}
              action={create}
            />
          ) : (
            <EmptyState
              title={t("filter.nothing", { filter })}
              action={<Button onClick={() => setFilter("")}>{t("filter.clear")}</Button>}
            />
          )
        }
      />
      <Suspense>
        {dialog !== null && <QuotaDialogs dialog={dialog} onClose={() => setDialog(null)} />}
      </Suspense>
    </>
  );
}
