import { Link } from "@tanstack/react-router";
import { Copy, Database, EllipsisVertical, Pin, PinOff, Settings, Trash2 } from "lucide-react";
import type { Bucket, ListedQuota } from "../../api/schema.gen";
import { Meter } from "../../components/data/Meter";
import { Time } from "../../components/data/Time";
import type { Column } from "../../components/grid/types";
import { MenuButton } from "../../components/layers/MenuButton";
import { formatBytes, formatNumber, formatRelative } from "../../lib/format";
import { t } from "../../lib/i18n";
import type { BucketSort } from "../search";
import styles from "./Buckets.module.css";

interface ColumnFacts {
  backend: string;
  sort: BucketSort;
  setSort: (sort: BucketSort) => void;
  pinned: ReadonlySet<string>;
  onPin: (bucket: string, isOn: boolean) => void;
  onSettings: (bucket: string) => void;
  /** Limits by bucket; without one there is no column for them. */
  limits: ReadonlyMap<string, ListedQuota>;
  /** Null where no bucket may be deleted. */
  onDelete: ((bucket: string) => void) | null;
}

/** Name, size, count, date and the menu of a bucket. */
export function bucketColumns(facts: ColumnFacts): Column<Bucket>[] {
  return [
    {
      id: "name",
      header: t("column.name"),
      width: "minmax(220px, 1fr)",
      narrow: "minmax(0, 1fr)",
      sort: sorting(facts, "name"),
      cell: ({ name }) => (
        <>
          <Database size={16} aria-hidden className={styles.sign} />
          <Link
            to="/b/$backend/$bucket"
            params={{ backend: facts.backend, bucket: name }}
            className={styles.name}
            tabIndex={-1}
          >
            {name}
          </Link>
          {facts.pinned.has(name) && <Pin size={12} aria-label={t("rail.pinned")} />}
        </>
      ),
    },
    {
      id: "objects",
      header: t("column.objects"),
      width: "120px",
      isNumeric: true,
      cell: ({ object_count }) => (object_count === undefined ? "–" : formatNumber(object_count)),
    },
    {
      id: "size",
      header: t("column.size"),
      width: "120px",
      narrow: "92px",
      isNumeric: true,
      sort: sorting(facts, "size"),
      cell: (bucket) => <Size bucket={bucket} />,
    },
    ...(facts.limits.size === 0 ? [] : [quotaColumn(facts.limits)]),
    {
      id: "created",
      header: t("column.created"),
      width: "150px",
      sort: sorting(facts, "created"),
      cell: ({ created_at }) => <Time at={created_at} />,
    },
    {
      id: "menu",
      header: t("column.actions"),
      isHeaderHidden: true,
      width: "48px",
      narrow: "44px",
      cell: ({ name }, tabIndex) => <RowMenu name={name} facts={facts} tabIndex={tabIndex} />,
    },
  ];
}

function quotaColumn(limits: ReadonlyMap<string, ListedQuota>): Column<Bucket> {
  return {
    id: "quota",
    isExtra: true,
    header: t("column.quota"),
    width: "minmax(200px, 0.6fr)",
    cell: ({ name }) => {
      const limit = limits.get(name);
      if (limit === undefined) return "–";
      const { usage_bytes = 0, soft_bytes = 0, hard_bytes = 0 } = limit;
      const label = t("buckets.quotaOf", { name });
      return <Meter label={label} used={usage_bytes} soft={soft_bytes} hard={hard_bytes} />;
    },
  };
}

function sorting({ sort, setSort }: ColumnFacts, column: "name" | "size" | "created") {
  const isAscending = sort === column;
  const isDescending = sort === `-${column}`;
  const direction = isAscending ? "ascending" : isDescending ? "descending" : "none";
  const next: BucketSort = isAscending ? `-${column}` : column;
  return { direction, onSort: () => setSort(next) } as const;
}

function Size({ bucket: { size_bytes, size_tracked, computed_at } }: { bucket: Bucket }) {
  if (!size_tracked) return <span title={t("buckets.notTracked")}>–</span>;
  if (size_bytes === undefined) return <span title={t("buckets.notScanned")}>–</span>;
  const age =
    computed_at === undefined ? "" : t("buckets.asOf", { time: formatRelative(computed_at) });
  return <span title={age}>{formatBytes(size_bytes)}</span>;
}

interface RowMenuProps {
  name: string;
  facts: ColumnFacts;
  tabIndex: 0 | -1;
}

function RowMenu({ name, facts, tabIndex }: RowMenuProps) {
  const { pinned, onDelete } = facts;
  const isPinned = pinned.has(name);
  const act = (id: string) => {
    if (id === "copyName") void navigator.clipboard.writeText(name);
    else if (id === "copyUri") void navigator.clipboard.writeText(`s3://${name}`);
    else if (id === "pin") facts.onPin(name, !isPinned);
    else if (id === "settings") facts.onSettings(name);
    else onDelete?.(name);
  };
  const remove = {
    id: "delete",
    text: t("buckets.delete"),
    icon: <Trash2 aria-hidden />,
    isDanger: true,
    section: "",
  };
  const pin = isPinned
    ? { id: "pin", text: t("pin.remove"), icon: <PinOff aria-hidden /> }
    : { id: "pin", text: t("pin.add"), icon: <Pin aria-hidden /> };
  return (
    <MenuButton
      label={t("browser.rowMenu", { name })}
      className={styles.menu}
      tabIndex={tabIndex}
      onAction={act}
      entries={[
        pin,
        { id: "settings", text: t("buckets.settings"), icon: <Settings aria-hidden /> },
        { id: "copyName", text: t("buckets.copyName"), icon: <Copy aria-hidden />, section: "" },
        { id: "copyUri", text: t("browser.copyUri"), icon: <Copy aria-hidden /> },
        ...(onDelete === null ? [] : [remove]),
      ]}
    >
      <EllipsisVertical size={16} aria-hidden />
    </MenuButton>
  );
}
