import { Search, X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { t } from "../../lib/i18n";
import { IconButton } from "./Button";
import styles from "./FilterField.module.css";

interface FilterFieldProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
}

const CALM_MS = 120;

/** A field that narrows a list while typing; `/` leads to it, Escape empties it. */
export function FilterField({ label, value, onChange }: FilterFieldProps) {
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(value);
  const [known, setKnown] = useState(value);
  if (known !== value) {
    setKnown(value);
    setText(value);
  }
  useEffect(() => {
    if (text === value) return;
    const timer = setTimeout(() => onChange(text), CALM_MS);
    return () => clearTimeout(timer);
  }, [text, value, onChange]);
  useSlash(input);

  return (
    <div className={styles.filter}>
      <Search size={14} aria-hidden className={styles.sign} />
      <input
        ref={input}
        type="search"
        className={styles.input}
        aria-label={label}
        aria-keyshortcuts="/"
        placeholder={label}
        spellCheck={false}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape") setText("");
        }}
      />
      {text !== "" && (
        <IconButton label={t("filter.clear")} onClick={() => setText("")}>
          <X size={14} aria-hidden />
        </IconButton>
      )}
    </div>
  );
}

function useSlash(input: React.RefObject<HTMLInputElement | null>): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.key !== "/" || event.ctrlKey || event.metaKey || isTyping(event.target)) return;
      event.preventDefault();
      input.current?.focus();
    };
    addEventListener("keydown", listen);
    return () => removeEventListener("keydown", listen);
  }, [input]);
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof Element && target.closest("input, textarea, select, [role=dialog]") !== null
  );
}
