import { useState } from "react";
import { t } from "../../lib/i18n";
import styles from "./Preview.module.css";

const OPEN_DEPTH = 2;
const CHILDREN_SHOWN = 200;

/** A value with its members to fold; branches are built when they are opened. */
export function JsonTree({ value }: { value: unknown }) {
  return (
    <div className={styles.tree} tabIndex={0} role="group" aria-label={t("preview.json")}>
      <Node name={null} value={value} depth={0} />
    </div>
  );
}

interface NodeProps {
  name: string | null;
  value: unknown;
  depth: number;
}

function Node({ name, value, depth }: NodeProps) {
  if (typeof value === "object" && value !== null) {
    return <Branch name={name} value={value} depth={depth} />;
  }
  return (
    <div className={styles.leaf} data-type={value === null ? "null" : typeof value}>
      <Name name={name} />
      <span className={styles.value}>{JSON.stringify(value)}</span>
    </div>
  );
}

function Branch({ name, value, depth }: NodeProps & { value: object }) {
  const [isOpen, setOpen] = useState(depth < OPEN_DEPTH);
  const isList = Array.isArray(value);
  const members: [string, unknown][] = Object.entries(value);
  return (
    <details open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <Name name={name} />
        <span className={styles.muted}>
          {isList
            ? t("preview.items", { count: members.length })
            : t("preview.members", { count: members.length })}
        </span>
      </summary>
      {isOpen &&
        members
          .slice(0, CHILDREN_SHOWN)
          .map(([key, child]) => <Node key={key} name={key} value={child} depth={depth + 1} />)}
      {isOpen && members.length > CHILDREN_SHOWN && (
        <p className={styles.muted}>
          {t("preview.membersHidden", { count: members.length - CHILDREN_SHOWN })}
        </p>
      )}
    </details>
  );
}

function Name({ name }: { name: string | null }) {
  if (name === null) return null;
  return (
    <>
      <span className={styles.name}>{name}</span>
      <span className={styles.muted}>{": "}</span>
    </>
  );
}
