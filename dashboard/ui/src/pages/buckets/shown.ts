import type { Bucket } from "../../api/schema.gen";
import type { BucketSort } from "../search";

/** The buckets whose name has the text in it, sorted; unknown figures come last. */
export function shownBuckets(
  buckets: readonly Bucket[],
  { filter, sort }: { filter: string; sort: BucketSort },
): Bucket[] {
  const wanted = filter.toLowerCase();
  const found = buckets.filter(({ name }) => name.includes(wanted));
  const sign = sort.startsWith("-") ? -1 : 1;
  const value = VALUES[sort.replace("-", "") as keyof typeof VALUES];
  return found.sort((a, b) => {
    const [left, right] = [value(a), value(b)];
    if (left === undefined || right === undefined) {
      return Number(left === undefined) - Number(right === undefined);
    }
    return left === right ? 0 : sign * (left < right ? -1 : 1);
  });
}

const VALUES = {
  name: ({ name }: Bucket) => name,
  size: ({ size_bytes }: Bucket) => size_bytes,
  created: ({ created_at }: Bucket) => created_at,
};
