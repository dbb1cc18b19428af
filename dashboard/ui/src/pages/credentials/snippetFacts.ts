import type { Credential } from "../../api/schema.gen";
import { t } from "../../lib/i18n";
import type { SnippetFacts } from "../../lib/snippets";

/** Any region signs; this is what tools take when none is said. */
const REGION = "us-east-1";

/** What snippets need of a credential; the secret only while it is known. */
export function snippetFacts(credential: Credential): SnippetFacts {
  const bucket = credential.buckets.find((name) => name !== "*");
  return {
    endpoint: credential.endpoint_url ?? "https://s3.example.org",
    region: REGION,
    accessKey: credential.access_key,
    secretKey: credential.secret_key ?? t("secret.placeholder"),
    bucket: bucket ?? "my-bucket",
  };
}
