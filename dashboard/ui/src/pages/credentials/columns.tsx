import { CodeXml, EllipsisVertical, Power, PowerOff, Trash2 } from "lucide-react";
import type { Credential } from "../../api/schema.gen";
import { Copy } from "../../components/controls/Copy";
import { Badge, StatusDot, type Tone } from "../../components/data/Status";
import { Time } from "../../components/data/Time";
import type { Column } from "../../components/grid/types";
import { MenuButton } from "../../components/layers/MenuButton";
import { t } from "../../lib/i18n";
import { accessWords } from "./accessWords";

interface ColumnFacts {
  canWrite: boolean;
  onSnippets: (credential: Credential) => void;
  onEnable: (credential: Credential, isOn: boolean) => void;
  onDelete: (credential: Credential) => void;
}

/** Key, purpose, reach, rights, use, end and state of a credential. */
export function credentialColumns(facts: ColumnFacts): Column<Credential>[] {
  return [
    {
      id: "key",
      header: t("credentials.accessKey"),
      width: "236px",
      narrow: "minmax(0, 1fr)",
      cell: ({ access_key: key }, tabIndex) => (
        <>
          <code title={key}>{key}</code>
          <Copy text={key} label={t("action.copyOf", { name: key })} tabIndex={tabIndex} />
        </>
      ),
    },
    {
      id: "description",
      header: t("credentials.description"),
      width: "minmax(120px, 1fr)",
      cell: ({ description }) => <span title={description}>{description ?? "–"}</span>,
    },
    {
      id: "reach",
      header: t("credentials.buckets"),
      width: "minmax(120px, 1fr)",
      cell: (credential) => <Reach credential={credential} />,
    },
    {
      id: "rights",
      isExtra: true,
      header: t("credentials.rights"),
      width: "116px",
      cell: ({ access }) => <Badge tone="neutral">{accessWords(access)}</Badge>,
    },
    {
      id: "used",
      isExtra: true,
      header: t("credentials.lastUsed"),
      width: "124px",
      cell: ({ last_used_at }) => <Time at={last_used_at} />,
    },
    {
      id: "expires",
      header: t("credentials.expires"),
      width: "124px",
      cell: ({ expires_at }) =>
        expires_at === undefined ? t("credentials.never") : <Time at={expires_at} />,
    },
    {
      id: "state",
      header: t("credentials.state"),
      width: "112px",
      narrow: "96px",
      cell: (credential) => {
        const [tone, text] = state(credential, Date.now());
        return <StatusDot tone={tone}>{text}</StatusDot>;
      },
    },
    {
      id: "menu",
      header: t("column.actions"),
      isHeaderHidden: true,
      width: "48px",
      narrow: "44px",
      cell: (credential, tabIndex) => (
        <RowMenu credential={credential} facts={facts} tabIndex={tabIndex} />
      ),
    },
  ];
}

function Reach({ credential: { backend_id, buckets, prefixes } }: { credential: Credential }) {
  const places = buckets.map((bucket) => (bucket === "*" ? t("credentials.allBuckets") : bucket));
  const below = prefixes.length === 0 ? "" : ` (${prefixes.join(", ")})`;
  const text = `${backend_id}: ${places.join(", ")}${below}`;
  return <span title={text}>{text}</span>;
}

function state({ enabled, expires_at }: Credential, now: number): [Tone, string] {
  if (!enabled) return ["neutral", t("credentials.stateOff")];
  if (expires_at !== undefined && Date.parse(expires_at) <= now) {
    return ["err", t("credentials.stateExpired")];
  }
  return ["ok", t("credentials.stateOn")];
}

interface RowMenuProps {
  credential: Credential;
  facts: ColumnFacts;
  tabIndex: 0 | -1;
}

function RowMenu({ credential, facts, tabIndex }: RowMenuProps) {
  const { enabled, access_key } = credential;
  const isManaged = credential.source !== "dashboard";
  const actions: Record<string, () => void> = {
    snippets: () => facts.onSnippets(credential),
    enable: () => facts.onEnable(credential, !enabled),
    delete: () => facts.onDelete(credential),
  };
  const toggle = {
    id: "enable",
    text: enabled ? t("credentials.disable") : t("credentials.enable"),
    icon: enabled ? <PowerOff aria-hidden /> : <Power aria-hidden />,
  };
  const remove = {
    id: "delete",
    text: t("action.delete"),
    icon: <Trash2 aria-hidden />,
    isDanger: true,
    section: "",
  };
  return (
    <MenuButton
      label={t("browser.rowMenu", { name: access_key })}
      tabIndex={tabIndex}
      onAction={(id) => actions[id]?.()}
      entries={[
        { id: "snippets", text: t("credentials.howToUse"), icon: <CodeXml aria-hidden /> },
        ...(facts.canWrite && !isManaged ? [toggle, remove] : []),
      ]}
    >
      <EllipsisVertical size={16} aria-hidden />
    </MenuButton>
  );
}
