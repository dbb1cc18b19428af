import { Link } from "@tanstack/react-router";
import type { Job } from "../../api/schema.gen";
import { isOpen } from "../../api/jobs";
import { Progress } from "../../components/data/Progress";
import { StatusDot } from "../../components/data/Status";
import { Time } from "../../components/data/Time";
import type { Column } from "../../components/grid/types";
import { t } from "../../lib/i18n";
import { jobState, jobTitle, placeWords, progressWords } from "./jobWords";
import styles from "./Work.module.css";

/** What, where to, how it stands, how far, and since when. */
export function jobColumns(): Column<Job>[] {
  return [
    {
      id: "what",
      header: t("jobs.what"),
      width: "minmax(200px, 1.2fr)",
      narrow: "minmax(0, 1fr)",
      cell: (job) => (
        <Link
          from="/activity"
          to="."
          search={(old) => ({ ...old, job: job.id })}
          className={styles.name}
          title={jobTitle(job)}
          tabIndex={-1}
        >
          {jobTitle(job)}
        </Link>
      ),
    },
    {
      id: "target",
      header: t("jobs.target"),
      isExtra: true,
      width: "minmax(140px, 1fr)",
      cell: ({ target }) => (
        <span className={styles.where}>{target === undefined ? "–" : placeWords(target)}</span>
      ),
    },
    {
      id: "state",
      header: t("credentials.state"),
      width: "156px",
      narrow: "128px",
      cell: (job) => {
        const [tone, text] = jobState(job);
        return <StatusDot tone={tone}>{text}</StatusDot>;
      },
    },
    {
      id: "progress",
      header: t("jobs.progress"),
      width: "minmax(200px, 1fr)",
      cell: (job) =>
        isOpen(job) && job.objects_total !== null ? (
          <Progress label={jobTitle(job)} done={job.objects_done} total={job.objects_total} />
        ) : (
          <span className={styles.where}>{progressWords(job)}</span>
        ),
    },
    {
      id: "created",
      header: t("jobs.begun"),
      isExtra: true,
      width: "132px",
      cell: ({ created_at }) => <Time at={created_at} />,
    },
  ];
}
