/** Ready-to-paste settings for the tools people use, with this credential filled in. */

export interface SnippetFacts {
  endpoint: string;
  region: string;
  accessKey: string;
  /** The secret, or a mark where it has to be filled in. */
  secretKey: string;
  /** A bucket the credential reaches. */
  bucket: string;
}

export interface Snippet {
  id: string;
  /** The tool's own name. */
  tool: string;
  fileName: string;
  text: string;
}

/** One snippet per tool; values are quoted for the language they stand in. */
export function snippetsFor(facts: SnippetFacts): Snippet[] {
  return TOOLS.map(({ render, ...tool }) => ({ ...tool, text: render(facts) }));
}

type Tool = Omit<Snippet, "text"> & { render: (facts: SnippetFacts) => string };

/** Quotes for a POSIX shell. */
const sh = (text: string) =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;

/** A string literal of JSON, which Python, JavaScript and HCL read alike. */
const quoted = (text: string) => JSON.stringify(text);

/** A string literal of SQL. */
const sql = (text: string) => `'${text.replaceAll("'", "''")}'`;

const host = (endpoint: string) => endpoint.replace(/^https?:\/\//, "");

const TOOLS: readonly Tool[] = [
  {
    id: "aws-cli",
    tool: "AWS CLI",
    fileName: "stowage.sh",
    render: ({ endpoint, region, accessKey, secretKey, bucket }) =>
      [
        `export AWS_ACCESS_KEY_ID=${sh(accessKey)}`,
        `export AWS_SECRET_ACCESS_KEY=${sh(secretKey)}`,
        `export AWS_DEFAULT_REGION=${sh(region)}`,
        `export AWS_ENDPOINT_URL_S3=${sh(endpoint)}`,
        `aws s3 ls ${sh(`s3://${bucket}/`)}`,
        "",
      ].join("\n"),
  },
  {
    id: "boto3",
    tool: "boto3",
    fileName: "stowage.py",
    render: ({ endpoint, region, accessKey, secretKey, bucket }) =>
      [
        "import boto3",
        "",
        "s3 = boto3.client(",
        '    "s3",',
        `    endpoint_url=${quoted(endpoint)},`,
        `    region_name=${quoted(region)},`,
        `    aws_access_key_id=${quoted(accessKey)},`,
        `    aws_secret_access_key=${quoted(secretKey)},`,
        ")",
        `for item in s3.list_objects_v2(Bucket=${quoted(bucket)}).get("Contents", []):`,
        '    print(item["Key"], item["Size"])',
        "",
      ].join("\n"),
  },
  {
    id: "rclone",
    tool: "rclone",
    fileName: "rclone.conf",
    render: ({ endpoint, region, accessKey, secretKey, bucket }) =>
      [
        `# rclone ls stowage:${bucket}`,
        "[stowage]",
        "type = s3",
        "provider = Other",
        `endpoint = ${endpoint}`,
        `region = ${region}`,
        `access_key_id = ${accessKey}`,
        `secret_access_key = ${secretKey}`,
        "force_path_style = true",
        "",
      ].join("\n"),
  },
  {
    id: "mc",
    tool: "mc",
    fileName: "stowage-mc.sh",
    render: ({ endpoint, accessKey, secretKey, bucket }) =>
      [
        `mc alias set stowage ${sh(endpoint)} ${sh(accessKey)} ${sh(secretKey)} --api S3v4 --path on`,
        `mc ls ${sh(`stowage/${bucket}`)}`,
        "",
      ].join("\n"),
  },
  {
    id: "s3cmd",
    tool: "s3cmd",
    fileName: "s3cfg",
    render: ({ endpoint, region, accessKey, secretKey, bucket }) =>
      [
        `# s3cmd -c s3cfg ls s3://${bucket}`,
        "[default]",
        `access_key = ${accessKey}`,
        `secret_key = ${secretKey}`,
        `host_base = ${host(endpoint)}`,
        `host_bucket = ${host(endpoint)}`,
        `bucket_location = ${region}`,
        `use_https = ${endpoint.startsWith("https:") ? "True" : "False"}`,
        "",
      ].join("\n"),
  },
  {
    id: "js",
    tool: "JavaScript",
    fileName: "stowage.mjs",
    render: ({ endpoint, region, accessKey, secretKey, bucket }) =>
      [
        'import { ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";',
        "",
        "const s3 = new S3Client({",
        `  endpoint: ${quoted(endpoint)},`,
        `  region: ${quoted(region)},`,
        "  forcePathStyle: true,",
        "  credentials: {",
        `    accessKeyId: ${quoted(accessKey)},`,
        `    secretAccessKey: ${quoted(secretKey)},`,
        "  },",
        "});",
        `console.log(await s3.send(new ListObjectsV2Command({ Bucket: ${quoted(bucket)} })));`,
        "",
      ].join("\n"),
  },
  {
    id: "curl",
    tool: "curl",
    fileName: "stowage-curl.sh",
    render: ({ endpoint, region, accessKey, secretKey, bucket }) =>
      [
        `curl --aws-sigv4 ${sh(`aws:amz:${region}:s3`)} \\`,
        `  --user ${sh(`${accessKey}:${secretKey}`)} \\`,
        `  ${sh(`${endpoint}/${bucket}?list-type=2`)}`,
        "",
      ].join("\n"),
  },
  {
    id: "restic",
    tool: "restic",
    fileName: "stowage-restic.sh",
    render: ({ endpoint, region, accessKey, secretKey, bucket }) =>
      [
        `export AWS_ACCESS_KEY_ID=${sh(accessKey)}`,
        `export AWS_SECRET_ACCESS_KEY=${sh(secretKey)}`,
        `export AWS_DEFAULT_REGION=${sh(region)}`,
        `restic -r ${sh(`s3:${endpoint}/${bucket}`)} init`,
        "",
      ].join("\n"),
  },
  {
    id: "s5cmd",
    tool: "s5cmd",
    fileName: "stowage-s5cmd.sh",
    render: ({ endpoint, region, accessKey, secretKey, bucket }) =>
      [
        `export AWS_ACCESS_KEY_ID=${sh(accessKey)}`,
        `export AWS_SECRET_ACCESS_KEY=${sh(secretKey)}`,
        `export AWS_REGION=${sh(region)}`,
        `s5cmd --endpoint-url ${sh(endpoint)} ls ${sh(`s3://${bucket}/`)}`,
        "",
      ].join("\n"),
  },
  {
    id: "s3fs",
    tool: "Python s3fs",
    fileName: "stowage_s3fs.py",
    render: ({ endpoint, region, accessKey, secretKey, bucket }) =>
      [
        "import s3fs",
        "",
        "files = s3fs.S3FileSystem(",
        `    endpoint_url=${quoted(endpoint)},`,
        `    key=${quoted(accessKey)},`,
        `    secret=${quoted(secretKey)},`,
        `    client_kwargs={"region_name": ${quoted(region)}},`,
        ")",
        `print(files.ls(${quoted(bucket)}))`,
        "",
      ].join("\n"),
  },
  {
    id: "duckdb",
    tool: "DuckDB",
    fileName: "stowage.sql",
    render: ({ endpoint, region, accessKey, secretKey, bucket }) =>
      [
        "INSTALL httpfs;",
        "LOAD httpfs;",
        `CREATE SECRET stowage (TYPE s3, KEY_ID ${sql(accessKey)}, SECRET ${sql(secretKey)},`,
        `  REGION ${sql(region)}, ENDPOINT ${sql(host(endpoint))}, URL_STYLE 'path',`,
        `  USE_SSL ${String(endpoint.startsWith("https:"))});`,
        `SELECT file FROM glob(${sql(`s3://${bucket}/*`)});`,
        "",
      ].join("\n"),
  },
  {
    id: "terraform",
    tool: "Terraform",
    fileName: "stowage.tf",
    render: ({ endpoint, region, accessKey, secretKey, bucket }) =>
      [
        "terraform {",
        '  backend "s3" {',
        `    bucket = ${quoted(bucket)}`,
        '    key    = "terraform.tfstate"',
        `    region = ${quoted(region)}`,
        `    access_key = ${quoted(accessKey)}`,
        `    secret_key = ${quoted(secretKey)}`,
        `    endpoints  = { s3 = ${quoted(endpoint)} }`,
        "    use_path_style              = true",
        "    skip_credentials_validation = true",
        "    skip_region_validation      = true",
        "    skip_requesting_account_id  = true",
        "  }",
        "}",
        "",
      ].join("\n"),
  },
];

/** The credential as lines of an environment file. */
export function envFile({ endpoint, region, accessKey, secretKey }: SnippetFacts): string {
  return [
    `AWS_ACCESS_KEY_ID=${accessKey}`,
    `AWS_SECRET_ACCESS_KEY=${secretKey}`,
    `AWS_DEFAULT_REGION=${region}`,
    `AWS_ENDPOINT_URL_S3=${endpoint}`,
    "",
  ].join("\n");
}
