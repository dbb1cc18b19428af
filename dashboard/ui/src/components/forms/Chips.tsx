import { Plus, X } from "lucide-react";
import { useState } from "react";
import { t } from "../../lib/i18n";
import { IconButton } from "../controls/Button";
import { Combo } from "./Combo";
import styles from "./Forms.module.css";

interface ChipsProps {
  label: string;
  hint?: string;
  problem?: string | undefined;
  values: readonly string[];
  onChange: (values: string[]) => void;
  suggestions?: readonly string[];
  placeholder?: string;
  /** What ends one text where several are typed or pasted; line breaks by default. */
  separator?: RegExp;
}

/** A list of short texts: Enter adds one, its cross takes it away. */
export function Chips(props: ChipsProps) {
  const { label, values, onChange, suggestions = [], separator = /\n+/ } = props;
  const [text, setText] = useState("");
  const add = (typed: string) => {
    const texts = typed.split(separator).map((one) => one.trim());
    const added = new Set(texts.filter((one) => one !== "" && !values.includes(one)));
    if (added.size > 0) onChange([...values, ...added]);
    setText("");
  };
  return (
    <div className={styles.group}>
      <Combo
        label={label}
        hint={props.hint}
        problem={props.problem}
        placeholder={props.placeholder}
        suggestions={suggestions.filter((one) => !values.includes(one))}
        value={text}
        onChange={setText}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || text.trim() === "") return;
          event.preventDefault();
          add(text);
        }}
        onBlur={() => add(text)}
        trailing={
          <IconButton label={t("chips.add", { name: label })} onClick={() => add(text)}>
            <Plus size={14} aria-hidden />
          </IconButton>
        }
      />
      <ul className={styles.chips} aria-label={label}>
        {values.map((value) => (
          <li key={value} className={styles.chip}>
            <span>{value}</span>
            <IconButton
              label={t("chips.remove", { name: value })}
              onClick={() => onChange(values.filter((other) => other !== value))}
            >
              <X size={12} aria-hidden />
            </IconButton>
          </li>
        ))}
      </ul>
    </div>
  );
}
