// The AWS SDK for JavaScript v3 in a page of another origin: what it does is reported as text.
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";

globalThis.runMatrix = async ({ endpoint, accessKeyId, secretAccessKey, region, bucket, prefix }) => {
  const credentials = { accessKeyId, secretAccessKey };
  const client = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
  const place = { Bucket: bucket, Key: `${prefix}/from a browser ü.bin` };
  const body = new Uint8Array(6 * 1024 * 1024).map((_, index) => index % 251);

  const put = await client.send(new PutObjectCommand({ ...place, Body: "first", Metadata: { by: "page" } }));
  if (!put.ETag) throw new Error("the page cannot read the ETag");
  await new Upload({ client, params: { ...place, Body: new Blob([body]) } }).done();
  const got = await client.send(new GetObjectCommand({ ...place, Range: "bytes=5242880-" }));
  if (!got.ContentRange) throw new Error("the page cannot read Content-Range");
  const bytes = await got.Body.transformToByteArray();
  if (bytes.some((byte, index) => byte !== body[5242880 + index])) throw new Error("other bytes came back");
  const listed = await client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix }));
  if (listed.Contents.length !== 1) throw new Error("the listing is wrong");
  await client.send(new DeleteObjectCommand(place));
  return "done";
};
