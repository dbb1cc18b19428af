import { problemAt } from "../../api/problems";
import { Field } from "../../components/controls/Field";
import { Pair } from "../../components/forms/Check";
import { t } from "../../lib/i18n";
import { judgeLimits, type TypedLimits } from "./limits";

interface LimitFieldsProps {
  typed: TypedLimits;
  onChange: (typed: TypedLimits) => void;
  error: unknown;
}

/** From where to warn, and from where to refuse; judged while typing. */
export function LimitFields({ typed, onChange, error }: LimitFieldsProps) {
  const { softProblem, hardProblem } = judgeLimits(typed);
  return (
    <Pair>
      <Field
        label={t("quota.soft")}
        hint={t("quota.softHint")}
        problem={softProblem ?? problemAt(error, "soft_bytes")}
        value={typed.soft}
        onChange={({ target }) => onChange({ ...typed, soft: target.value })}
      />
      <Field
        label={t("quota.hard")}
        hint={t("quota.hardHint")}
        problem={hardProblem ?? problemAt(error, "hard_bytes")}
        value={typed.hard}
        onChange={({ target }) => onChange({ ...typed, hard: target.value })}
      />
    </Pair>
  );
}
