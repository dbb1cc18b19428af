/** One's own virtual credentials for the S3 endpoint. */
import { queryOptions } from "@tanstack/react-query";
import { get, patch, post, remove } from "./client";
import { path } from "./path";
import type { Credential, CredentialCreate, CredentialList, CredentialPatch } from "./schema.gen";

export const credentialsQuery = queryOptions({
  queryKey: ["credentials"],
  queryFn: ({ signal }) => get<CredentialList>("/api/me/s3-credentials", { signal }),
  select: (answer: CredentialList) => answer.credentials,
});

/** The answer carries the secret, which nobody can ask for again. */
export function createCredential(body: CredentialCreate): Promise<Credential> {
  return post("/api/me/s3-credentials", { body });
}

export function updateCredential(accessKey: string, body: CredentialPatch): Promise<Credential> {
  return patch(path`/api/me/s3-credentials/${accessKey}`, { body });
}

export function deleteCredential(accessKey: string): Promise<unknown> {
  return remove(path`/api/me/s3-credentials/${accessKey}`);
}
