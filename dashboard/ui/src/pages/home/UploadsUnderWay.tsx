import { uploads } from "../../api/uploads";
import { Progress } from "../../components/data/Progress";
import { headline, rateLine } from "../../components/uploads/words";
import { t } from "../../lib/i18n";
import { useStore } from "../../lib/store";
import { isActive } from "../../lib/upload/queue";
import styles from "./Overview.module.css";

/** All uploads of this tab as one; the tray in the corner has each of them. */
export default function UploadsUnderWay() {
  const summary = useStore(uploads.store);
  if (!summary.items.some(isActive)) return null;
  return (
    <section className={styles.section} aria-labelledby="home-uploads">
      <h2 id="home-uploads">{headline(summary.items)}</h2>
      <div className={styles.plain}>
        <Progress label={t("upload.all")} done={summary.sentBytes} total={summary.totalBytes} />
        <span className={styles.note}>{rateLine(summary)}</span>
      </div>
    </section>
  );
}
