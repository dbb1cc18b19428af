import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { accessQuery } from "../../api/backends";
import { get } from "../../api/client";
import { objectBase, type Place } from "../../api/objects";
import type { Quota } from "../../api/schema.gen";
import { t } from "../../lib/i18n";

// Most buckets have no limit, and the first list is not to wait for what shows one.
const Meter = lazy(async () => {
  const { Meter: found } = await import("../../components/data/Meter");
  return { default: found };
});

/** How full the bucket is; nothing where it has no limit, or where one may not know. */
export function BucketRoom({ place }: { place: Place }) {
  const { backend, bucket } = place;
  const access = useQuery(accessQuery(backend, bucket)).data;
  const quota = useQuery({
    // The same as in the settings, whose calls are not loaded here.
    queryKey: ["settings", backend, bucket, "quota"],
    queryFn: ({ signal }) => get<Quota>(`${objectBase(place)}/quota`, { signal }),
    enabled: access?.levels.includes("list") === true,
  }).data;
  if (quota?.configured !== true || !quota.has_usage) return null;
  const { usage_bytes = 0, soft_bytes = 0, hard_bytes = 0 } = quota;
  return (
    <Suspense>
      <Meter label={t("limits.bucket")} used={usage_bytes} soft={soft_bytes} hard={hard_bytes} />
    </Suspense>
  );
}
