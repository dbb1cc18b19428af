import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { Database, Plus } from "lucide-react";
import { lazy, Suspense, useMemo, useState } from "react";
import { useSuspenseQuery } from "@tanstack/react-query";
import { backendsQuery, bucketsQuery } from "../../api/backends";
import { meQuery } from "../../api/me";
import { quotasQuery } from "../../api/quotas";
import type { Bucket } from "../../api/schema.gen";
import { Button } from "../../components/controls/Button";
import { FilterField } from "../../components/controls/FilterField";
import { EmptyState } from "../../components/feedback/EmptyState";
import { ListArea } from "../../components/grid/ListArea";
import { PageHead } from "../../components/shell/PageHead";
import { t } from "../../lib/i18n";
import { useTitle } from "../../lib/useTitle";
import { type BucketSort, present } from "../search";
import { bucketColumns } from "./columns";
import { shownBuckets } from "./shown";
import { usePins } from "./usePins";

const CreateBucketDialog = lazy(() => import("./CreateBucketDialog"));
const DeleteBucketDialog = lazy(() => import("./DeleteBucketDialog"));

const rowKey = ({ name }: Bucket) => name;

/** The buckets of one backend. */
export function BucketsPage() {
  const { backend } = useParams({ from: "/shell/b/$backend" });
  const { filter = "", sort = "name" } = useSearch({ from: "/shell/b/$backend" });
  const navigate = useNavigate({ from: "/b/$backend" });
  const isAdmin = useSuspenseQuery(meQuery).data.role === "admin";
  const backends = useQuery(backendsQuery).data ?? [];
  const name = backends.find(({ id }) => id === backend)?.name ?? backend;
  const buckets = useQuery(bucketsQuery(backend));
  const [dialog, setDialog] = useState<{ remove: string } | "create" | null>(null);
  const { pinned, pin } = usePins(backend);
  const limits = useLimits(backend, isAdmin);
  useTitle(name);

  const shown = useMemo(
    () => shownBuckets(buckets.data ?? [], { filter, sort }),
    [buckets.data, filter, sort],
  );
  const columns = useMemo(() => {
    const setSort = (next: BucketSort) =>
      void navigate({ search: (old) => present({ ...old, sort: next }), replace: true });
    const onDelete = isAdmin ? (bucket: string) => setDialog({ remove: bucket }) : null;
    const onSettings = (bucket: string) =>
      void navigate({ to: "/b/$backend/$bucket/settings", params: { backend, bucket } });
    return bucketColumns({
      backend,
      sort,
      setSort,
      pinned,
      onPin: pin,
      limits,
      onSettings,
      onDelete,
    });
  }, [backend, sort, isAdmin, navigate, pinned, pin, limits]);
  const setFilter = (text: string) =>
    void navigate({ search: (old) => present({ ...old, filter: text }), replace: true });
  const create = () => setDialog("create");

  return (
    <>
      <PageHead
        title={name}
        note={buckets.data && t("buckets.count", { count: buckets.data.length })}
      >
        <FilterField label={t("buckets.filter")} value={filter} onChange={setFilter} />
        {isAdmin && (
          <Button kind="primary" icon={<Plus size={16} aria-hidden />} onClick={create}>
            {t("buckets.create")}
          </Button>
        )}
      </PageHead>
      <ListArea
        label={t("buckets.grid", { name })}
        query={buckets}
        rows={buckets.data === undefined ? undefined : shown}
        rowKey={rowKey}
        rowName={rowKey}
        columns={columns}
        onOpen={({ name: bucket }) =>
          void navigate({ to: "/b/$backend/$bucket", params: { backend, bucket } })
        }
        empty={
          filter === "" ? (
            <NoBuckets onCreate={isAdmin ? create : null} />
          ) : (
            <EmptyState
              title={t("filter.nothing", { filter })}
              action={<Button onClick={() => setFilter("")}>{t("filter.clear")}</Button>}
            />
          )
        }
      />
      <Suspense>
        {dialog === "create" && (
          <CreateBucketDialog backend={backend} onClose={() => setDialog(null)} />
        )}
        {dialog !== null && dialog !== "create" && (
          <DeleteBucketDialog
            backend={backend}
            bucket={dialog.remove}
            onClose={() => setDialog(null)}
          />
        )}
      </Suspense>
    </>
  );
}

/** Limits of the backend's buckets, for who may see them all. */
function useLimits(backend: string, isAdmin: boolean) {
  const quotas = useQuery({ ...quotasQuery, enabled: isAdmin }).data;
  return useMemo(() => {
    const here = (quotas ?? []).filter(({ backend_id }) => backend_id === backend);
    return new Map(here.map((quota) => [quota.bucket ?? "", quota]));
  }, [quotas, backend]);
}

function NoBuckets({ onCreate }: { onCreate: (() => void) | null }) {
  return (
    <EmptyState
      icon={<Database size={28} aria-hidden />}
      title={t("buckets.empty")}
      text={onCreate === null ? t("buckets.emptyUser") : t("buckets.emptyAdmin")}
      action={
        onCreate !== null && (
          <Button kind="primary" onClick={onCreate}>
            {t("buckets.create")}
          </Button>
        )
      }
    />
  );
}
