import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { ListChecks, RotateCcw, Square } from "lucide-react";
import { useMemo } from "react";
import { cancelJob, isOpen, jobsKey, jobsQuery, retryJob } from "../../api/jobs";
import { meQuery } from "../../api/me";
import type { Job } from "../../api/schema.gen";
import { Select } from "../../components/controls/Field";
import { EmptyState } from "../../components/feedback/EmptyState";
import { useQuickAction } from "../../components/feedback/useAction";
import { ListArea } from "../../components/grid/ListArea";
import { menuColumn, type RowAction } from "../../components/grid/menuColumn";
import { PageHead } from "../../components/shell/PageHead";
import { Split, SplitMain } from "../../components/shell/Panel";
import { t } from "../../lib/i18n";
import { useTitle } from "../../lib/useTitle";
import { present } from "../search";
import { jobColumns } from "./jobColumns";
import { JobPanel } from "./JobPanel";
import { jobTitle } from "./jobWords";

const STALE = [jobsKey];
const rowKey = ({ id }: Job) => id;

/** Long work: what runs, what is done, what failed and can be tried again. */
export function ActivityPage() {
  useTitle(t("jobs.title"));
  const { scope = "own", job: shownId } = useSearch({ from: "/shell/activity" });
  const navigate = useNavigate({ from: "/activity" });
  const isAdmin = useSuspenseQuery(meQuery).data.role === "admin";
  const jobs = useQuery(jobsQuery(scope));
  const cancel = useQuickAction(cancelJob, STALE).mutate;
  const retry = useQuickAction(retryJob, STALE).mutate;
  const columns = useMemo(() => {
    const actions = (job: Job) => jobActions(job, cancel, retry);
    return [...jobColumns(), menuColumn(jobTitle, actions)];
  }, [cancel, retry]);
  const change = (next: { scope?: "own" | "all"; job?: string }) =>
    void navigate({ search: present(next), replace: true });
  const shown = jobs.data?.find(({ id }) => id === shownId);
  return (
    <Split>
      <SplitMain>
        <PageHead title={t("jobs.title")} note={t("jobs.note")}>
          {isAdmin && (
            <Select
              label={t("jobs.whose")}
              isLabelHidden
              value={scope}
              onChange={({ target }) => change({ scope: target.value === "all" ? "all" : "own" })}
            >
              <option value="own">{t("jobs.own")}</option>
              <option value="all">{t("jobs.all")}</option>
            </Select>
          )}
        </PageHead>
        <ListArea
          label={t("jobs.title")}
          query={jobs}
          rows={jobs.data}
          rowKey={rowKey}
          rowName={jobTitle}
          columns={columns}
          onOpen={({ id }) => change({ scope, job: id })}
          currentKey={shownId}
          empty={
            <EmptyState
              icon={<ListChecks size={28} aria-hidden />}
              title={t("jobs.none")}
              text={t("jobs.noneText")}
            />
          }
        />
      </SplitMain>
      {shown !== undefined && (
        <JobPanel
          key={shown.id}
          job={shown}
          actions={jobActions(shown, cancel, retry)}
          onClose={() => change({ scope })}
        />
      )}
    </Split>
  );
}

function jobActions(
  job: Job,
  cancel: (id: string) => void,
  retry: (id: string) => void,
): RowAction[] {
  if (isOpen(job)) {
    if (job.is_cancelling) return [];
    const icon = <Square aria-hidden />;
    return [{ id: "cancel", text: t("jobs.cancel"), icon, act: () => cancel(job.id) }];
  }
  if (job.failed === 0) return [];
  const icon = <RotateCcw aria-hidden />;
  return [{ id: "retry", text: t("jobs.retry"), icon, act: () => retry(job.id) }];
}
