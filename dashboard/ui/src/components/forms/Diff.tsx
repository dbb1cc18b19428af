import { diffLines } from "../../lib/diff";
import { t } from "../../lib/i18n";
import styles from "./Diff.module.css";

interface DiffProps {
  before: string;
  after: string;
}

const SIGNS = { same: " ", added: "+", removed: "−" };

/** What would change, line by line; signs say it, not only colours. */
export function Diff({ before, after }: DiffProps) {
  const lines = diffLines(before, after);
  return (
    <pre className={styles.diff} tabIndex={0} aria-label={t("diff.label")}>
      {lines.map(({ kind, text }, index) => (
        <span key={index} className={styles.line} data-kind={kind}>
          <span className={styles.sign}>{SIGNS[kind]}</span>
          {text}
          {"\n"}
        </span>
      ))}
    </pre>
  );
}
