import { X } from "lucide-react";
import { IconButton } from "../../components/controls/Button";
import { Field } from "../../components/controls/Field";
import { t } from "../../lib/i18n";
import type { Pair } from "./pairs";
import styles from "./Versions.module.css";

interface PairFieldsProps {
  /** What the pairs are, together. */
  label: string;
  pairs: readonly Pair[];
  onChange: (pairs: Pair[]) => void;
  canWrite: boolean;
  longestName: number;
  longestValue: number;
}

/** Names and values to edit, one pair in a row. */
export function PairFields(props: PairFieldsProps) {
  const { label, pairs, onChange, canWrite } = props;
  const change = (index: number, pair: Pair) => onChange(pairs.toSpliced(index, 1, pair));
  return (
    <ul className={styles.pairs} aria-label={label}>
      {pairs.map(([name, value], index) => (
        <li key={index} className={styles.pair}>
          <Field
            label={t("tags.name")}
            maxLength={props.longestName}
            spellCheck={false}
            readOnly={!canWrite}
            value={name}
            onChange={({ target }) => change(index, [target.value, value])}
          />
          <Field
            label={t("tags.value")}
            maxLength={props.longestValue}
            spellCheck={false}
            readOnly={!canWrite}
            value={value}
            onChange={({ target }) => change(index, [name, target.value])}
          />
          {canWrite && (
            <IconButton
              label={t("chips.remove", { name: name === "" ? label : name })}
              onClick={() => onChange(pairs.toSpliced(index, 1))}
            >
              <X size={14} aria-hidden />
            </IconButton>
          )}
        </li>
      ))}
    </ul>
  );
}
