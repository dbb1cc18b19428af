/** What the form fills in for a service that is known by name. */
export interface Service {
  name: string;
  endpoint: string;
  region: string;
  isPathStyle: boolean;
}

export const SERVICES: readonly Service[] = [
  { name: "SeaweedFS", endpoint: "http://", region: "us-east-1", isPathStyle: true },
  { name: "MinIO", endpoint: "http://", region: "us-east-1", isPathStyle: true },
  { name: "Garage", endpoint: "http://", region: "garage", isPathStyle: true },
  { name: "Ceph", endpoint: "https://", region: "default", isPathStyle: true },
  {
    name: "Amazon S3",
    endpoint: "https://s3.us-east-1.amazonaws.com",
    region: "us-east-1",
    isPathStyle: false,
  },
  { name: "Cloudflare R2", endpoint: "https://", region: "auto", isPathStyle: true },
  {
    name: "Backblaze B2",
    endpoint: "https://s3.us-west-004.backblazeb2.com",
    region: "us-west-004",
    isPathStyle: true,
  },
  {
    name: "Wasabi",
    endpoint: "https://s3.us-east-1.wasabisys.com",
    region: "us-east-1",
    isPathStyle: true,
  },
];

/** An id made of a name: lower case, digits and hyphens. */
export function idFrom(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 63);
}

/** What stands in config.yaml for a backend; the secret is left to the environment. */
export function asYaml(backend: {
  id: string;
  name: string;
  endpoint: string;
  region: string;
  path_style: boolean;
  access_key?: string;
}): string {
  const variable = `STOWAGE_${backend.id.toUpperCase().replace(/-/g, "_")}_SECRET_KEY`;
  return [
    "backends:",
    `  - id: ${JSON.stringify(backend.id)}`,
    `    name: ${JSON.stringify(backend.name)}`,
    "    type: s3v4",
    `    endpoint: ${JSON.stringify(backend.endpoint)}`,
    `    region: ${JSON.stringify(backend.region)}`,
    `    path_style: ${String(backend.path_style)}`,
    `    access_key: ${JSON.stringify(backend.access_key ?? "")}`,
    `    secret_key_env: ${variable}`,
    "",
  ].join("\n");
}
