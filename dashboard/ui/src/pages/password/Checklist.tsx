import { Check, Minus } from "lucide-react";
import type { PasswordPolicy } from "../../api/schema.gen";
import { t } from "../../lib/i18n";
import styles from "./Password.module.css";

interface ChecklistProps {
  policy: PasswordPolicy;
  password: string;
  current: string;
}

/** The rules that can be judged here, ticked off while typing; the server judges all of them. */
export function Checklist({ policy, password, current }: ChecklistProps) {
  const rules = [
    {
      name: t("password.ruleLength", { limit: policy.min_length }),
      isMet: Array.from(password).length >= policy.min_length,
    },
    { name: t("password.ruleNew"), isMet: password !== "" && password !== current },
  ];
  return (
    <ul className={styles.rules} aria-label={t("password.rules")}>
      {rules.map(({ name, isMet }) => (
        <li key={name} data-met={isMet}>
          {isMet ? <Check size={14} aria-hidden /> : <Minus size={14} aria-hidden />}
          {name}
          <span className="visually-hidden">{isMet ? t("state.met") : t("state.notMet")}</span>
        </li>
      ))}
      {policy.min_score > 0 && (
        <li>
          <Minus size={14} aria-hidden />
          {t("password.ruleGuessable")}
        </li>
      )}
    </ul>
  );
}
