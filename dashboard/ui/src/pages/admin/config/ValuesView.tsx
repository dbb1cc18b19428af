import { useState } from "react";
import type { ConfigValue } from "../../../api/schema.gen";
import { FilterField } from "../../../components/controls/FilterField";
import { EmptyState } from "../../../components/feedback/EmptyState";
import { Grid } from "../../../components/grid/Grid";
import type { Column } from "../../../components/grid/types";
import { t } from "../../../lib/i18n";
import styles from "../access/Access.module.css";

const rowKey = ({ path }: ConfigValue) => path;

/** Every key with the value that holds and where it comes from; secrets are only named. */
export function ValuesView({ values }: { values: readonly ConfigValue[] }) {
  const [filter, setFilter] = useState("");
  const wanted = filter.toLowerCase();
  const shown = values.filter(({ path, description }) =>
    `${path} ${description}`.toLowerCase().includes(wanted),
  );
  return (
    <>
      <div className={styles.bar}>
        <p>{t("config.valuesNote")}</p>
        <FilterField label={t("config.filter")} value={filter} onChange={setFilter} />
      </div>
      {shown.length === 0 ? (
        <EmptyState title={t("config.noMatch")} />
      ) : (
        <Grid
          label={t("config.values")}
          rows={shown}
          rowKey={rowKey}
          rowName={rowKey}
          columns={columns()}
        />
      )}
    </>
  );
}

function columns(): Column<ConfigValue>[] {
  return [
    {
      id: "key",
      header: t("config.key"),
      width: "minmax(200px, 1fr)",
      narrow: "minmax(0, 1fr)",
      cell: ({ path, description }) => <code title={description}>{path}</code>,
    },
    {
      id: "value",
      header: t("config.value"),
      width: "minmax(160px, 1fr)",
      narrow: "minmax(0, 1fr)",
      cell: ({ value }) => <code title={written(value)}>{written(value)}</code>,
    },
    {
      id: "source",
      header: t("config.source"),
      width: "minmax(140px, 0.6fr)",
      cell: sourceOf,
    },
    {
      id: "restart",
      header: t("config.takesEffect"),
      width: "150px",
      isExtra: true,
      cell: ({ restart }) => (restart ? t("config.atRestart") : t("config.atOnce")),
    },
    {
      id: "meaning",
      header: t("config.meaning"),
      width: "minmax(200px, 1.2fr)",
      isExtra: true,
      cell: ({ description }) => <span title={description}>{description}</span>,
    },
  ];
}

function written(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function sourceOf({ source, source_file = "", source_line = 0 }: ConfigValue): string {
  if (source === "default") return t("config.default");
  const name = source_file.split("/").at(-1) ?? "";
  return source_line > 0 ? `${name}:${source_line}` : name;
}
