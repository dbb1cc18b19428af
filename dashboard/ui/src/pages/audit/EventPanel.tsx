import { Filter } from "lucide-react";
import type { AuditEvent } from "../../api/schema.gen";
import { IconButton } from "../../components/controls/Button";
import { Copy } from "../../components/controls/Copy";
import { Panel } from "../../components/shell/Panel";
import { formatExact } from "../../lib/format";
import { t, type TextKey } from "../../lib/i18n";
import { visibleName } from "../../lib/keys";
import type { AuditSearch, Changes } from "../search";
import styles from "./Audit.module.css";
import { Outcome } from "./columns";

interface EventPanelProps {
  event: AuditEvent;
  nameOf: (id: string) => string;
  onFilter: (next: Changes<AuditSearch>) => void;
  onClose: () => void;
}

type Fact = [text: TextKey, value: string | undefined, filter: Changes<AuditSearch> | null];

/** All that is known of one event, and the way to others like it. */
export function EventPanel({ event, nameOf, onFilter, onClose }: EventPanelProps) {
  const facts: Fact[] = [
    ["audit.time", formatExact(event.timestamp), null],
    [
      "audit.user",
      event.user_id === undefined ? undefined : nameOf(event.user_id),
      { user: event.user_id },
    ],
    ["audit.backend", event.backend, { backend: event.backend }],
    ["audit.bucket", event.bucket, { bucket: event.bucket }],
    ["object.key", event.key, { key_prefix: event.key }],
    ["audit.ip", event.ip, { ip: event.ip }],
    ["error.requestId", event.request_id, { request_id: event.request_id }],
    ["audit.agent", event.user_agent, null],
  ];
  return (
    <Panel label={t("audit.event")} title={<code>{event.action}</code>} onClose={onClose}>
      <Outcome status={event.status} />
      <dl>
        {facts.map(([text, value, filter]) =>
          value === undefined ? null : (
            <div key={text} className={styles.fact}>
              <dt>{t(text)}</dt>
              <dd>
                <span>{visibleName(value)}</span>
                {filter !== null && (
                  <IconButton
                    label={t("audit.filterBy", { name: t(text) })}
                    onClick={() => onFilter(filter)}
                  >
                    <Filter size={14} aria-hidden />
                  </IconButton>
                )}
                <Copy text={value} label={t("action.copyOf", { name: t(text) })} />
              </dd>
            </div>
          ),
        )}
      </dl>
      <h3>{t("audit.detail")}</h3>
      <pre className={styles.detail} tabIndex={0} aria-label={t("audit.detail")}>
        {pretty(event.detail)}
      </pre>
    </Panel>
  );
}

/** The detail is a JSON text; one that is broken is shown as it is. */
function pretty(detail: string | undefined): string {
  try {
    return JSON.stringify(JSON.parse(detail ?? "{}"), null, 2);
  } catch {
    return detail ?? "";
  }
}
