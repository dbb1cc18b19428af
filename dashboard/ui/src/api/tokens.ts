/** One's own API tokens, which scripts show instead of a session. */
import { queryOptions } from "@tanstack/react-query";
import { get, post, remove } from "./client";
import { path } from "./path";
import type { Token, TokenCreate, TokenList } from "./schema.gen";

export const tokensQuery = queryOptions({
  queryKey: ["me", "tokens"],
  queryFn: ({ signal }) => get<TokenList>("/api/me/tokens", { signal }),
  select: (answer: TokenList) => answer.tokens,
});

/** The answer carries the token itself, which nobody can ask for again. */
export const createToken = (body: TokenCreate) => post<Token>("/api/me/tokens", { body });
export const revokeToken = (id: string) => remove(path`/api/me/tokens/${id}`);
