/** The settings of programs. */
import { host, isSecure, quoted, sh, sql, type SnippetTool } from "./snippetTool";

export const PROGRAMS: readonly SnippetTool[] = [
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
    id: "rclone",
    tool: "rclone",
    fileName: "rclone.conf",
    render: ({ endpoint, region, accessKey, secretKey, bucket }) =>
      [
        `# rclone --config rclone.conf ls ${sh(`stowage:${bucket}`)}`,
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
        `# s3cmd -c s3cfg ls ${sh(`s3://${bucket}`)}`,
        "[default]",
        `access_key = ${accessKey}`,
        `secret_key = ${secretKey}`,
        `host_base = ${host(endpoint)}`,
        `host_bucket = ${host(endpoint)}`,
        `bucket_location = ${region}`,
        `use_https = ${isSecure(endpoint) ? "True" : "False"}`,
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
    id: "curl",
    tool: "curl",
    fileName: "stowage-curl.sh",
    render: ({ endpoint, region, accessKey, secretKey, bucket }) =>
      [
        `curl --aws-sigv4 ${sh(`aws:amz:${region}:s3`)} \\`,
        `  --user ${sh(`${accessKey}:${secretKey}`)} \\`,
        // Not every curl in use sends it by itself.
        "  --header 'x-amz-content-sha256: UNSIGNED-PAYLOAD' \\",
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
    id: "duckdb",
    tool: "DuckDB",
    fileName: "stowage.sql",
    render: ({ endpoint, region, accessKey, secretKey, bucket }) =>
      [
        "INSTALL httpfs;",
        "LOAD httpfs;",
        `CREATE SECRET stowage (TYPE s3, KEY_ID ${sql(accessKey)}, SECRET ${sql(secretKey)},`,
        `  REGION ${sql(region)}, ENDPOINT ${sql(host(endpoint))}, URL_STYLE 'path',`,
        `  USE_SSL ${String(isSecure(endpoint))});`,
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
