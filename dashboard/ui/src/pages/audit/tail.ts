/** Following the log as it grows. */
import { type InfiniteData, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { type AuditFilter, auditKey, auditQuery, auditTailQuery } from "../../api/audit";
import type { AuditEvent, AuditPage } from "../../api/schema.gen";

type Pages = InfiniteData<AuditPage, string>;

/** The highest number among events; 0 where there are none. */
export function newestId(events: readonly AuditEvent[]): number {
  return events.reduce((highest, { id }) => Math.max(highest, id), 0);
}

/** The pages with newer events in the first of them, in the order of the log, each once. */
export function withNewer(pages: Pages, newer: readonly AuditEvent[]): Pages {
  const [first, ...others] = pages.pages;
  if (first === undefined) return pages;
  const known = new Set(first.events.map(({ id }) => id));
  const fresh = newer.filter(({ id }) => !known.has(id));
  const events = [...fresh, ...first.events].sort(byTime);
  return { ...pages, pages: [{ ...first, events, total: first.total + fresh.length }, ...others] };
}

/** While it is on, asks for what is new every few seconds and puts it into the list. */
export function useTail(filter: AuditFilter, events: readonly AuditEvent[], isOn: boolean): void {
  const client = useQueryClient();
  const tail = useQuery({ ...auditTailQuery(filter, newestId(events)), enabled: isOn });
  const newer = tail.data;
  useEffect(() => {
    if (!isOn || newer === undefined || newer.events.length === 0) return;
    const { queryKey } = auditQuery(filter);
    if (newer.next_cursor !== undefined) {
      // More than fits one answer: the list is read anew instead.
      void client.invalidateQueries({ queryKey: auditKey });
      return;
    }
    client.setQueryData<Pages>(queryKey, (old) => old && withNewer(old, newer.events));
    void client.invalidateQueries({ queryKey: [...auditKey, "histogram"] });
    // The filter is made anew at each render; what it says is in the key of what arrived.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [client, isOn, newer]);
}

function byTime(left: AuditEvent, right: AuditEvent): number {
  if (left.timestamp !== right.timestamp) return left.timestamp < right.timestamp ? 1 : -1;
  return right.id - left.id;
}
