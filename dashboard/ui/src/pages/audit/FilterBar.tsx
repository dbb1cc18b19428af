import { X } from "lucide-react";
import { useState } from "react";
import { Button, IconButton } from "../../components/controls/Button";
import { Field, Select } from "../../components/controls/Field";
import { formatDateTime } from "../../lib/format";
import { t, type TextKey } from "../../lib/i18n";
import { AUDIT_STATUSES, type AuditSearch, type Changes } from "../search";
import styles from "./Audit.module.css";

type Filter = Omit<AuditSearch, "event">;
type TextName = "user" | "action" | "backend" | "bucket" | "key_prefix" | "ip" | "request_id";

const TEXTS: readonly [TextName, TextKey][] = [
  ["action", "audit.action"],
  ["user", "audit.user"],
  ["backend", "audit.backend"],
  ["bucket", "audit.bucket"],
  ["key_prefix", "audit.keyPrefix"],
  ["ip", "audit.ip"],
  ["request_id", "error.requestId"],
];
const STATUS_TEXTS = { ok: "audit.ok", denied: "audit.denied", error: "audit.error" } as const;
const DAY_MS = 24 * 3600 * 1000;
const RANGES: readonly [days: number, TextKey][] = [
  [1, "audit.day"],
  [7, "audit.week"],
  [30, "audit.month"],
];

interface FilterBarProps {
  filter: Filter;
  onChange: (next: Changes<Filter>) => void;
}

/** What is in force as chips, and a line to add another; all of it stands in the address. */
export function FilterBar({ filter, onChange }: FilterBarProps) {
  return (
    <div className={styles.filters} role="search" aria-label={t("audit.filters")}>
      <AddFilter onChange={onChange} />
      <Select
        label={t("audit.status")}
        value={filter.status ?? ""}
        onChange={({ target }) =>
          onChange({ status: AUDIT_STATUSES.find((status) => status === target.value) })
        }
      >
        <option value="">{t("audit.any")}</option>
        {AUDIT_STATUSES.map((status) => (
          <option key={status} value={status}>
            {t(STATUS_TEXTS[status])}
          </option>
        ))}
      </Select>
      <Select
        label={t("audit.since")}
        value={filter.from === undefined && filter.to === undefined ? "" : "custom"}
        onChange={({ target }) => onChange({ from: since(Number(target.value)), to: undefined })}
      >
        <option value="">{t("audit.always")}</option>
        {(filter.from ?? filter.to) !== undefined && (
          <option value="custom">{timeWords(filter)}</option>
        )}
        {RANGES.map(([days, text]) => (
          <option key={days} value={days}>
            {t(text)}
          </option>
        ))}
      </Select>
      <ul className={styles.chips}>
        {TEXTS.filter(([name]) => filter[name] !== undefined).map(([name, text]) => (
          <li key={name} className={styles.chip}>
            {t(text)}: <strong>{filter[name]}</strong>
            <IconButton
              label={t("audit.removeFilter", { name: t(text) })}
              onClick={() => onChange({ [name]: undefined })}
            >
              <X size={12} aria-hidden />
            </IconButton>
          </li>
        ))}
      </ul>
    </div>
  );
}

function AddFilter({ onChange }: Pick<FilterBarProps, "onChange">) {
  const [name, setName] = useState<TextName>("action");
  const [value, setValue] = useState("");
  const add = () => {
    if (value.trim() === "") return;
    onChange({ [name]: value.trim() });
    setValue("");
  };
  return (
    <form
      className={styles.add}
      onSubmit={(event) => {
        event.preventDefault();
        add();
      }}
    >
      <Select
        label={t("audit.by")}
        value={name}
        onChange={({ target }) => {
          setName(TEXTS.find(([known]) => known === target.value)?.[0] ?? "action");
        }}
      >
        {TEXTS.map(([known, text]) => (
          <option key={known} value={known}>
            {t(text)}
          </option>
        ))}
      </Select>
      <Field
        label={t("audit.value")}
        spellCheck={false}
        placeholder={name === "action" ? "object." : undefined}
        value={value}
        onChange={({ target }) => setValue(target.value)}
      />
      <Button type="submit">{t("audit.add")}</Button>
    </form>
  );
}

function timeWords({ from, to }: Filter): string {
  const [begin, end] = [from, to].map((one) => (one === undefined ? "" : formatDateTime(one)));
  return end === "" ? `${begin} –` : `${begin} – ${end}`;
}

function since(days: number): string | undefined {
  if (days === 0 || Number.isNaN(days)) return undefined;
  return new Date(Date.now() - days * DAY_MS).toISOString().replace(/\.\d+Z$/, "Z");
}
