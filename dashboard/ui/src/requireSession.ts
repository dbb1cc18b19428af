import type { QueryClient } from "@tanstack/react-query";
import { redirect } from "@tanstack/react-router";
import { csrfToken } from "./api/client";
import { ApiError } from "./api/error";
import { meQuery } from "./api/me";

/** Sends whoever is not signed in to the sign-in page, and back afterwards. */
export async function requireSession(queries: QueryClient, href: string): Promise<void> {
  const search = href === "/" ? {} : { next: href };
  // Without the token's cookie there is no session to ask for.
  if (csrfToken() === "") throw redirect({ to: "/login", search });
  try {
    const me = await queries.query({ ...meQuery, staleTime: "static" });
    if (me.must_change_pw) throw redirect({ to: "/password", search });
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== "unauthorized") throw error;
    throw redirect({ to: "/login", search });
  }
}
