/** What administrators should look at first. */
import { queryOptions } from "@tanstack/react-query";
import { get } from "./client";
import type { AttentionList } from "./schema.gen";

const LOOK_MS = 60_000;

export const attentionQuery = queryOptions({
  queryKey: ["attention"],
  queryFn: ({ signal }) => get<AttentionList>("/api/admin/attention", { signal }),
  select: (answer: AttentionList) => answer.matters,
  refetchInterval: LOOK_MS,
});
