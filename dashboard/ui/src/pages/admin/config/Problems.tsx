import type { ConfigProblem } from "../../../api/schema.gen";
import { Banner } from "../../../components/feedback/Banner";
import { t } from "../../../lib/i18n";
import styles from "./Config.module.css";

interface ProblemsProps {
  tone: "err" | "warn";
  problems: readonly ConfigProblem[];
}

/** What is wrong with the file: where, in which key, why, and which word was probably meant. */
export function Problems({ tone, problems }: ProblemsProps) {
  if (problems.length === 0) return null;
  return (
    <Banner tone={tone}>
      <ul className={styles.problems}>
        {problems.map((problem, index) => (
          <li key={index}>
            <code>{placeOf(problem)}</code> {problem.message}
            {problem.suggestion !== undefined && (
              <> {t("config.meant", { word: problem.suggestion })}</>
            )}
          </li>
        ))}
      </ul>
    </Banner>
  );
}

/** `stowage.yaml:12:3: auth.notise`, as an editor jumps to it. */
export function placeOf({ file, line, column, key }: ConfigProblem): string {
  const place = [file, line, column].filter((part) => part !== undefined).join(":");
  return [place, key].filter((part) => part !== undefined && part !== "").join(": ");
}
