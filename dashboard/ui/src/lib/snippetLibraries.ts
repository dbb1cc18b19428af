/** The settings of libraries. */
import { host, isSecure, quoted, type SnippetTool } from "./snippetTool";

export const LIBRARIES: readonly SnippetTool[] = [
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
    id: "minio-py",
    tool: "Python minio",
    fileName: "stowage_minio.py",
    render: ({ endpoint, region, accessKey, secretKey, bucket }) =>
      [
        "from minio import Minio",
        "",
        "s3 = Minio(",
        `    endpoint=${quoted(host(endpoint))},`,
        `    access_key=${quoted(accessKey)},`,
        `    secret_key=${quoted(secretKey)},`,
        `    region=${quoted(region)},`,
        `    secure=${isSecure(endpoint) ? "True" : "False"},`,
        ")",
        `for item in s3.list_objects(bucket_name=${quoted(bucket)}):`,
        "    print(item.object_name, item.size)",
        "",
      ].join("\n"),
  },
  {
    id: "pyarrow",
    tool: "PyArrow",
    fileName: "stowage_arrow.py",
    render: ({ endpoint, region, accessKey, secretKey, bucket }) =>
      [
        "from pyarrow.fs import FileSelector, S3FileSystem",
        "",
        "files = S3FileSystem(",
        `    endpoint_override=${quoted(endpoint)},`,
        `    region=${quoted(region)},`,
        `    access_key=${quoted(accessKey)},`,
        `    secret_key=${quoted(secretKey)},`,
        ")",
        `for item in files.get_file_info(FileSelector(${quoted(bucket)})):`,
        "    print(item.path, item.size)",
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
];
