/** The S3 endpoint: every credential, what strangers may read, and other names of buckets. */
import { queryOptions } from "@tanstack/react-query";
import { get, patch, post, remove } from "./client";
import { path } from "./path";
import type {
  Alias,
  AliasCreate,
  AliasList,
  AnonymousBinding,
  AnonymousBindingList,
  AnonymousBindingPut,
  Credential,
  CredentialList,
  CredentialPatch,
} from "./schema.gen";

export const allCredentialsQuery = queryOptions({
  queryKey: ["all-credentials"],
  queryFn: ({ signal }) => get<CredentialList>("/api/admin/s3-credentials", { signal }),
  select: (answer: CredentialList) => answer.credentials,
});

export const updateAnyCredential = (key: string, body: CredentialPatch) =>
  patch<Credential>(path`/api/admin/s3-credentials/${key}`, { body });
export const deleteAnyCredential = (key: string) => remove(path`/api/admin/s3-credentials/${key}`);

export const bindingsQuery = queryOptions({
  queryKey: ["bindings"],
  queryFn: ({ signal }) => get<AnonymousBindingList>("/api/admin/s3-anonymous", { signal }),
  select: (answer: AnonymousBindingList) => answer.bindings,
});

export const putBinding = (body: AnonymousBindingPut) =>
  post<AnonymousBinding>("/api/admin/s3-anonymous", { body });
export const deleteBinding = ({ backend_id, bucket }: AnonymousBinding) =>
  remove(path`/api/admin/s3-anonymous/${backend_id}/${bucket}`);

export const aliasesQuery = queryOptions({
  queryKey: ["aliases"],
  queryFn: ({ signal }) => get<AliasList>("/api/admin/s3-aliases", { signal }),
  select: (answer: AliasList) => answer.aliases,
});

export const createAlias = (body: AliasCreate) => post<Alias>("/api/admin/s3-aliases", { body });
export const deleteAlias = (name: string) => remove(path`/api/admin/s3-aliases/${name}`);
