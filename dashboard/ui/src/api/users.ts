/** Users, as administrators manage them. */
import { queryOptions } from "@tanstack/react-query";
import { get, patch, post, remove } from "./client";
import { path } from "./path";
import type { User, UserCreate, UserImport, UserList, UserPatch } from "./schema.gen";

const MOST_USERS = 500;

export const usersKey = ["users"];

export const usersQuery = (query: string) =>
  queryOptions({
    queryKey: [...usersKey, query],
    queryFn: ({ signal }) =>
      get<UserList>("/api/admin/users", {
        query: { query: query === "" ? undefined : query, limit: MOST_USERS },
        signal,
      }),
    select: (answer: UserList) => answer.users,
  });

export function createUser(body: UserCreate): Promise<User> {
  return post("/api/admin/users", { body });
}

export function updateUser(id: string, body: UserPatch): Promise<User> {
  return patch(path`/api/admin/users/${id}`, { body });
}

export function resetPassword(id: string, password: string): Promise<unknown> {
  return post(path`/api/admin/users/${id}/reset-password`, { body: { new_password: password } });
}

export function unlockUser(id: string): Promise<unknown> {
  return post(path`/api/admin/users/${id}/unlock`);
}

/** Makes and changes users as a CSV file says, or only tells what it would do. */
export function importUsers(csv: string, { isRehearsal }: { isRehearsal: boolean }) {
  return post<UserImport>("/api/admin/users/import", {
    text: csv,
    headers: { "Content-Type": "text/csv" },
    query: { dry_run: String(isRehearsal) },
  });
}

/** Deletes a user; the heir, if any, gets the user's credentials, which end otherwise. */
export function deleteUser(id: string, heir: string): Promise<unknown> {
  const query = heir === "" ? {} : { transfer_to: heir };
  return remove(path`/api/admin/users/${id}`, { query });
}
