import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Download, RefreshCw, ScrollText } from "lucide-react";
import { useMemo } from "react";
import { auditCsvUrl, auditQuery } from "../../api/audit";
import type { AuditEvent } from "../../api/schema.gen";
import { Button, IconButton } from "../../components/controls/Button";
import { EmptyState } from "../../components/feedback/EmptyState";
import { ErrorState } from "../../components/feedback/ErrorState";
import { Grid } from "../../components/grid/Grid";
import { GridSkeleton } from "../../components/grid/GridSkeleton";
import { PageHead } from "../../components/shell/PageHead";
import { download } from "../../lib/download";
import { t } from "../../lib/i18n";
import { useTitle } from "../../lib/useTitle";
import { type AuditSearch, type Changes, present } from "../search";
import { useUsers } from "../admin/useUsers";
import styles from "./Audit.module.css";
import { auditColumns } from "./columns";
import { EventPanel } from "./EventPanel";
import { FilterBar } from "./FilterBar";

const rowKey = ({ id }: AuditEvent) => String(id);
const rowName = ({ action }: AuditEvent) => action;

/** What happened, who did it, and whether it was allowed. */
export function AuditPage() {
  useTitle(t("audit.title"));
  const { event: shownId, ...filter } = useSearch({ from: "/shell/admin/audit" });
  const navigate = useNavigate({ from: "/admin/audit" });
  const log = useInfiniteQuery(auditQuery(filter));
  const { nameOf } = useUsers();
  const columns = useMemo(() => auditColumns(nameOf), [nameOf]);
  const events = useMemo(() => log.data?.pages.flatMap((page) => page.events) ?? [], [log.data]);
  const total = log.data?.pages[0]?.total;
  const change = (next: Changes<AuditSearch>) =>
    void navigate({ search: (old) => present({ ...old, ...next }), replace: true });
  const isFiltered = Object.keys(filter).length > 0;
  const shown = events.find(({ id }) => String(id) === shownId);

  return (
    <div className={styles.split}>
      <div className={styles.page}>
        <PageHead
          title={t("audit.title")}
          note={total !== undefined && t("audit.count", { count: total })}
        >
          <IconButton label={t("action.refresh")} onClick={() => void log.refetch()}>
            <RefreshCw size={16} aria-hidden />
          </IconButton>
          <Button
            icon={<Download size={16} aria-hidden />}
            onClick={() => download(auditCsvUrl(filter))}
          >
            {t("audit.csv")}
          </Button>
        </PageHead>
        <FilterBar filter={filter} onChange={change} />
        {log.isPending && <GridSkeleton columns={columns} />}
        {log.isError && events.length === 0 && (
          <ErrorState error={log.error} onRetry={() => void log.refetch()} />
        )}
        {log.data !== undefined && events.length === 0 && (
          <EmptyState
            icon={<ScrollText size={28} aria-hidden />}
            title={isFiltered ? t("audit.noMatch") : t("audit.empty")}
            action={
              isFiltered && (
                <Button onClick={() => void navigate({ search: {}, replace: true })}>
                  {t("audit.clearAll")}
                </Button>
              )
            }
          />
        )}
        {events.length > 0 && (
          <Grid
            label={t("audit.title")}
            rows={events}
            rowKey={rowKey}
            rowName={rowName}
            columns={columns}
            isBusy={log.isRefetching}
            isComplete={!log.hasNextPage}
            onNearEnd={log.isFetchingNextPage ? undefined : () => void log.fetchNextPage()}
            onOpen={({ id }) => change({ event: String(id) })}
            currentKey={shownId}
          />
        )}
      </div>
      {shown !== undefined && (
        <EventPanel
          event={shown}
          nameOf={nameOf}
          onFilter={(next) => change({ ...next, event: undefined })}
          onClose={() => change({ event: undefined })}
        />
      )}
    </div>
  );
}
