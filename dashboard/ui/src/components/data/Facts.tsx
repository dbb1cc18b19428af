import type { ReactNode } from "react";
import { t } from "../../lib/i18n";
import { Copy } from "../controls/Copy";
import styles from "./Facts.module.css";

/** Names and values under each other. */
export function Facts({ children }: { children: ReactNode }) {
  return <dl className={styles.list}>{children}</dl>;
}

interface FactProps {
  name: string;
  value?: string | undefined;
  /** What the button beside it copies. */
  copied?: string | undefined;
  children?: ReactNode;
}

/** One known fact; unknown ones are left out. */
export function Fact({ name, value, copied, children }: FactProps) {
  if (value === undefined && children === undefined) return null;
  return (
    <div className={styles.fact}>
      <dt>{name}</dt>
      <dd>
        <span>{children ?? <code>{value}</code>}</span>
        {copied !== undefined && <Copy text={copied} label={t("action.copyOf", { name })} />}
      </dd>
    </div>
  );
}
