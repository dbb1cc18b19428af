/** Who is signed in, and how to become that: sign-in, sign-out, password. */
import { queryOptions } from "@tanstack/react-query";
import { get, post } from "./client";
import type {
  AuthConfig,
  Login,
  LoginResult,
  LogoutResult,
  Me,
  PasswordChange,
} from "./schema.gen";

export const meQuery = queryOptions({
  queryKey: ["me"],
  queryFn: ({ signal }) => get<Me>("/api/me", { signal, interactive: false }),
  staleTime: 5 * 60_000,
  retry: false,
});

export const authConfigQuery = queryOptions({
  queryKey: ["auth-config"],
  queryFn: ({ signal }) => get<AuthConfig>("/api/auth/config", { signal, interactive: false }),
  staleTime: Infinity,
});

export function signIn(body: Required<Login>): Promise<LoginResult> {
  return post("/auth/login/local", { body, interactive: false });
}

export function signOut(): Promise<LogoutResult> {
  return post("/auth/logout", { interactive: false });
}

export function changePassword(body: Required<PasswordChange>): Promise<void> {
  return post("/api/me/password", { body });
}
