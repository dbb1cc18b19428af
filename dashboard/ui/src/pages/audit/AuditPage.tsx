import { useInfiniteQuery, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Bookmark, Download, Radio, RefreshCw, ScrollText } from "lucide-react";
import { lazy, Suspense, useMemo, useState } from "react";
import { auditCsvUrl, auditKey, auditQuery } from "../../api/audit";
import { meQuery } from "../../api/me";
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
import { Histogram } from "./Histogram";
import { useTail } from "./tail";

const SavedFilters = lazy(() => import("./SavedFilters"));

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
  const [isLive, setLive] = useState(false);
  const [isSaving, setSaving] = useState(false);
  const user = useSuspenseQuery(meQuery).data.id;
  useTail(filter, events, isLive && filter.to === undefined && log.data !== undefined);
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
          <Tools
            isLive={isLive}
            canFollow={filter.to === undefined}
            onLive={() => setLive(!isLive)}
            onSaved={() => setSaving(true)}
          />
          <Button
            icon={<Download size={16} aria-hidden />}
            onClick={() => download(auditCsvUrl(filter))}
          >
            {t("audit.csv")}
          </Button>
        </PageHead>
        <FilterBar filter={filter} onChange={change} />
        <Histogram filter={filter} onSpan={(span) => change({ ...span, event: undefined })} />
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
      <Suspense>
        {isSaving && <SavedFilters user={user} filter={filter} onClose={() => setSaving(false)} />}
      </Suspense>
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

interface ToolsProps {
  isLive: boolean;
  /** Whether the time in force has no end, so that more may come. */
  canFollow: boolean;
  onLive: () => void;
  onSaved: () => void;
}

function Tools({ isLive, canFollow, onLive, onSaved }: ToolsProps) {
  const client = useQueryClient();
  return (
    <>
      <IconButton
        label={t("action.refresh")}
        onClick={() => void client.invalidateQueries({ queryKey: auditKey })}
      >
        <RefreshCw size={16} aria-hidden />
      </IconButton>
      <Button
        icon={<Radio size={16} aria-hidden />}
        aria-pressed={isLive && canFollow}
        disabled={!canFollow}
        title={canFollow ? t("audit.liveHint") : t("audit.liveEnded")}
        onClick={onLive}
      >
        {t("audit.live")}
      </Button>
      <Button icon={<Bookmark size={16} aria-hidden />} onClick={onSaved}>
        {t("audit.saved")}
      </Button>
    </>
  );
}
