/** How full a limit is, and which limits want to be looked at first. */
import type { ListedQuota } from "../../../api/schema.gen";
import type { Tone } from "../../../components/data/Status";
import { t } from "../../../lib/i18n";

type Filled = Pick<ListedQuota, "soft_bytes" | "hard_bytes" | "usage_bytes" | "has_usage">;

/** The part of the limit that is used; above 1 where it was passed. */
export function fullness({ soft_bytes = 0, hard_bytes = 0, usage_bytes = 0 }: Filled): number {
  const end = hard_bytes > 0 ? hard_bytes : soft_bytes;
  return end === 0 ? 0 : usage_bytes / end;
}

/** The fullest first. */
export function byFullness<One extends Filled>(quotas: readonly One[]): One[] {
  return quotas.toSorted((a, b) => fullness(b) - fullness(a));
}

export function stateOf(quota: Filled): [Tone, string] {
  const { soft_bytes = 0, hard_bytes = 0, usage_bytes = 0, has_usage } = quota;
  if (!has_usage) return ["neutral", t("quotas.notCounted")];
  if (hard_bytes > 0 && usage_bytes >= hard_bytes) return ["err", t("quotas.full")];
  if (soft_bytes > 0 && usage_bytes >= soft_bytes) return ["warn", t("quotas.above")];
  return ["ok", t("quotas.room")];
}
