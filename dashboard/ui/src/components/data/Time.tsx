import { formatDateTime, formatExact, formatRelative } from "../../lib/format";

/** A moment, relative in text and exact in the tooltip; a dash when it is not known. */
export function Time({ at, isExact = false }: { at: string | undefined; isExact?: boolean }) {
  if (at === undefined) return <span>–</span>;
  return (
    <time dateTime={at} title={formatExact(at)}>
      {isExact ? formatDateTime(at) : formatRelative(at)}
    </time>
  );
}
