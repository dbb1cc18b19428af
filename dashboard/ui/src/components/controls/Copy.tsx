import { Check, Copy as CopyIcon } from "lucide-react";
import { useEffect, useState } from "react";
import { t } from "../../lib/i18n";
import { IconButton } from "./Button";

interface CopyProps {
  text: string;
  /** What is copied, in words: the name of the control. */
  label: string;
  /** In a row of a grid: what its cell was given. */
  tabIndex?: 0 | -1 | undefined;
}

const SHOWN_MS = 1500;

/** Copies a text and says so, to the eye and to a screen reader. */
export function Copy({ text, label, tabIndex }: CopyProps) {
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return;
    const timer = setTimeout(() => setCopied(false), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [isCopied]);
  const copy = () => {
    void navigator.clipboard.writeText(text).then(() => setCopied(true));
  };
  return (
    <IconButton label={isCopied ? t("action.copied") : label} tabIndex={tabIndex} onClick={copy}>
      {isCopied ? <Check size={14} aria-hidden /> : <CopyIcon size={14} aria-hidden />}
      <span className="visually-hidden" role="status">
        {isCopied ? t("action.copied") : ""}
      </span>
    </IconButton>
  );
}
