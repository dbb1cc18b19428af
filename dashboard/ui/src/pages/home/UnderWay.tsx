import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { isOpen, jobsQuery } from "../../api/jobs";
import { Progress } from "../../components/data/Progress";
import { t } from "../../lib/i18n";
import { useStore } from "../../lib/store";
import { hasUploads } from "../../lib/upload/news";
import { jobTitle, progressWords } from "../work/jobWords";
import styles from "./Overview.module.css";

const UploadsUnderWay = lazy(() => import("./UploadsUnderWay"));
const MOST = 5;

/** One's own jobs and the uploads of this tab that are not done; nothing where all is done. */
export function UnderWay() {
  const jobs = (useQuery(jobsQuery()).data ?? []).filter(isOpen);
  const needsUploads = useStore(hasUploads);
  return (
    <>
      {jobs.length > 0 && (
        <section className={styles.section} aria-labelledby="home-running">
          <h2 id="home-running">{t("activity.running", { count: jobs.length })}</h2>
          <ul>
            {jobs.slice(0, MOST).map((job) => (
              <li key={job.id}>
                <Link to="/activity" search={{ job: job.id }} className={styles.link}>
                  <span className={styles.text}>{jobTitle(job)}</span>
                  {job.objects_total !== null && (
                    <Progress
                      label={jobTitle(job)}
                      done={job.objects_done}
                      total={job.objects_total}
                    />
                  )}
                  <span className={styles.note}>{progressWords(job)}</span>
                </Link>
              </li>
            ))}
          </ul>
        </section>
      )}
      <Suspense>{needsUploads && <UploadsUnderWay />}</Suspense>
    </>
  );
}
