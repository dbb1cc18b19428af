import { useQuery } from "@tanstack/react-query";
import { accessQuery } from "../../api/backends";
import type { Place } from "../../api/objects";
import { quotaQuery } from "../../api/settings";
import { Meter } from "../../components/data/Meter";
import { t } from "../../lib/i18n";

/** How full the bucket is; nothing where it has no limit, or where one may not know. */
export function BucketRoom({ place }: { place: Place }) {
  const access = useQuery(accessQuery(place.backend, place.bucket)).data;
  const mayKnow = access?.levels.includes("list") === true;
  const quota = useQuery({ ...quotaQuery(place), enabled: mayKnow }).data;
  if (quota?.configured !== true || !quota.has_usage) return null;
  const { usage_bytes = 0, soft_bytes = 0, hard_bytes = 0 } = quota;
  return (
    <Meter label={t("limits.bucket")} used={usage_bytes} soft={soft_bytes} hard={hard_bytes} />
  );
}
