import { useRef } from "react";
import { Banner } from "../../components/feedback/Banner";
import { TextArea } from "../../components/forms/TextArea";
import { t } from "../../lib/i18n";
import { lineOfPath } from "../../lib/jsonPlaces";
import type { Problem } from "./policy";
import styles from "./Settings.module.css";

interface PolicyTextProps {
  text: string;
  onChange: (text: string) => void;
  problems: readonly Problem[];
  doubts: readonly Problem[];
}

/** The policy as text; what is wrong with it leads to the line it stands on. */
export function PolicyText({ text, onChange, problems, doubts }: PolicyTextProps) {
  const area = useRef<HTMLTextAreaElement>(null);
  const goTo = (line: number) => {
    const lines = text.split("\n");
    const start = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
    area.current?.focus();
    area.current?.setSelectionRange(start, start + (lines[line - 1]?.length ?? 0));
  };
  const list = (found: readonly Problem[]) => (
    <ul className={styles.problems}>
      {found.map((problem) => (
        <Place key={problem.text} text={text} problem={problem} onGo={goTo} />
      ))}
    </ul>
  );
  return (
    <>
      <TextArea
        ref={area}
        label={t("policy.text")}
        rows={Math.min(28, Math.max(12, text.split("\n").length + 1))}
        problem={
          problems.length === 0 ? undefined : t("policy.problems", { count: problems.length })
        }
        value={text}
        onChange={onChange}
      />
      {problems.length > 0 && <Banner tone="err">{list(problems)}</Banner>}
      {doubts.length > 0 && <Banner tone="warn">{list(doubts)}</Banner>}
    </>
  );
}

interface PlaceProps {
  text: string;
  problem: Problem;
  onGo: (line: number) => void;
}

function Place({ text, problem, onGo }: PlaceProps) {
  const line = problem.line ?? lineOfPath(text, problem.path);
  return (
    <li>
      <button type="button" className={styles.place} onClick={() => onGo(line)}>
        {t("policy.line", { line })}
      </button>{" "}
      {problem.text}
    </li>
  );
}
