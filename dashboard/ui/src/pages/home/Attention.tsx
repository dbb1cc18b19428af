import { Link } from "@tanstack/react-router";
import type { AttentionMatter } from "../../api/schema.gen";
import { StatusDot } from "../../components/data/Status";
import { t } from "../../lib/i18n";
import { linesOf } from "./concerns";
import styles from "./Overview.module.css";

/** What is wrong somewhere, each line with the way to it; one line where nothing is. */
export function Attention({ matters }: { matters: readonly AttentionMatter[] }) {
  const lines = matters.flatMap(linesOf);
  return (
    <section className={styles.section} aria-labelledby="home-attention">
      <h2 id="home-attention">{t("attention.title")}</h2>
      {lines.length === 0 ? (
        <p className={styles.calm}>
          <StatusDot tone="ok">{t("attention.none")}</StatusDot>
        </p>
      ) : (
        <ul>
          {lines.map(({ key, tone, text, note, href }) => (
            <li key={key}>
              <Link to={href} className={styles.link}>
                <StatusDot tone={tone}>
                  <span className={styles.text}>{text}</span>
                </StatusDot>
                {note !== "" && <span className={styles.note}>{note}</span>}
              </Link>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
