import { useQuery } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { ApiError } from "../../api/error";
import { errorSentence } from "../../api/errorText";
import { isOpen, jobErrorsQuery, jobErrorsUrl } from "../../api/jobs";
import type { ErrorDetail, Job } from "../../api/schema.gen";
import { Button } from "../../components/controls/Button";
import { Fact, Facts } from "../../components/data/Facts";
import { Progress } from "../../components/data/Progress";
import { StatusDot } from "../../components/data/Status";
import { Banner } from "../../components/feedback/Banner";
import type { RowAction } from "../../components/grid/menuColumn";
import { Panel } from "../../components/shell/Panel";
import { download } from "../../lib/download";
import { formatExact } from "../../lib/format";
import { t } from "../../lib/i18n";
import { visibleName } from "../../lib/keys";
import { jobState, jobTitle, placeWords, progressWords } from "./jobWords";
import styles from "./Work.module.css";

interface JobPanelProps {
  job: Job;
  actions: readonly RowAction[];
  onClose: () => void;
}

/** One job: how far it is, and what of it failed and why. */
export function JobPanel({ job, actions, onClose }: JobPanelProps) {
  const [tone, text] = jobState(job);
  const title = jobTitle(job);
  return (
    <Panel label={t("jobs.panel", { name: title })} title={title} onClose={onClose}>
      {actions.length > 0 && (
        <div className={styles.tools}>
          {actions.map((action) => (
            <Button key={action.id} onClick={action.act}>
              {action.text}
            </Button>
          ))}
        </div>
      )}
      {job.error !== undefined && <Banner tone="err">{detailSentence(job.error)}</Banner>}
      {isOpen(job) && job.objects_total !== null && (
        <Progress label={title} done={job.objects_done} total={job.objects_total} />
      )}
      <Facts>
        <Fact name={t("credentials.state")}>
          <StatusDot tone={tone}>{text}</StatusDot>
        </Fact>
        <Fact name={t("jobs.progress")}>{progressWords(job)}</Fact>
        <Fact name={t("jobs.source")}>
          {job.source.backend_id}: {placeWords(job.source)}
        </Fact>
        {job.target !== undefined && (
          <Fact name={t("jobs.target")}>
            {job.target.backend_id}: {placeWords(job.target)}
          </Fact>
        )}
        {job.skipped > 0 && (
          <Fact name={t("jobs.skipped")}>{t("jobs.objects", { count: job.skipped })}</Fact>
        )}
        <Fact name={t("jobs.begun")}>{formatExact(job.created_at)}</Fact>
        {job.finished_at !== undefined && (
          <Fact name={t("jobs.ended")}>{formatExact(job.finished_at)}</Fact>
        )}
      </Facts>
      {job.failed > 0 && <Failures job={job} />}
    </Panel>
  );
}

function Failures({ job }: { job: Job }) {
  const failures = useQuery(jobErrorsQuery(job.id)).data?.errors ?? [];
  return (
    <>
      <h3>{t("jobs.failures", { count: job.failed })}</h3>
      <ul className={styles.failures}>
        {failures.slice(0, 50).map(({ key, error }) => (
          <li key={key}>
            <code>{visibleName(key)}</code>: {detailSentence(error)}
          </li>
        ))}
      </ul>
      <div>
        <Button
          icon={<Download size={16} aria-hidden />}
          onClick={() => download(jobErrorsUrl(job.id))}
        >
          {t("jobs.saveFailures")}
        </Button>
      </div>
    </>
  );
}

function detailSentence(detail: ErrorDetail): string {
  return errorSentence(new ApiError({ status: 0, ...detail }));
}
