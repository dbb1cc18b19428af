/** One search over every backend. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { get } from "./client";
import type { SearchResult } from "./schema.gen";

const SHORTEST = 2;

export const searchQuery = (text: string) =>
  queryOptions({
    queryKey: ["search", text],
    queryFn: ({ signal }) => get<SearchResult>("/api/search", { query: { q: text }, signal }),
    enabled: text.length >= SHORTEST,
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });
