/** A warning and a limit as somebody types them. */
import { t } from "../../lib/i18n";
import { parseBytes, typedBytes } from "../../lib/sizes";

export interface TypedLimits {
  soft: string;
  hard: string;
}

export interface JudgedLimits {
  soft_bytes: number;
  hard_bytes: number;
  softProblem: string | undefined;
  hardProblem: string | undefined;
  isSound: boolean;
}

export function typedLimits({
  soft_bytes = 0,
  hard_bytes = 0,
}: Partial<JudgedLimits>): TypedLimits {
  return { soft: typedBytes(soft_bytes), hard: typedBytes(hard_bytes) };
}

/** What was typed in bytes, and what is wrong with it; nothing typed means no limit. */
export function judgeLimits(typed: TypedLimits): JudgedLimits {
  const soft = parseBytes(typed.soft);
  const hard = parseBytes(typed.hard);
  const isCrossed = soft !== null && hard !== null && hard > 0 && soft > hard;
  const wrong = soft === null ? t("quota.noSize") : isCrossed ? t("quota.crossed") : undefined;
  return {
    soft_bytes: soft ?? 0,
    hard_bytes: hard ?? 0,
    softProblem: wrong,
    hardProblem: hard === null ? t("quota.noSize") : undefined,
    isSound: wrong === undefined && hard !== null,
  };
}
