// The AWS SDK for JavaScript v3 in Node, its uploads as streams.
import { createReadStream, createWriteStream, readFileSync, writeFileSync } from "node:fs";
import { pipeline } from "node:stream/promises";
import {
  CopyObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  S3Client,
} from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";

const given = process.env;
const bucket = given.MATRIX_BUCKET;
const folder = given.MATRIX_FOLDER;
const names = given.MATRIX_NAMES.split("|");
const all = [...names, `${names[1]}.copy`];
const key = (name) => `${given.MATRIX_PREFIX}/${name}`;
const client = new S3Client({
  endpoint: given.MATRIX_ENDPOINT,
  region: given.AWS_DEFAULT_REGION,
  forcePathStyle: true,
});

async function store() {
  const { Buckets } = await client.send(new ListBucketsCommand({}));
  if (!Buckets.some(({ Name }) => Name === bucket)) throw new Error("the bucket is not listed");
  for (const name of names) {
    const Body = createReadStream(`${folder}/${name}`);
    await new Upload({ client, params: { Bucket: bucket, Key: key(name), Body } }).done();
  }
  const source = encodeURIComponent(`${bucket}/${key(names[1])}`);
  const copy = { Bucket: bucket, Key: key(`${names[1]}.copy`), CopySource: source };
  await client.send(new CopyObjectCommand(copy));
  for (const name of all) {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key(name) }));
    await pipeline(Body, createWriteStream(`${folder}/back/${name}`));
  }
  const listed = await client.send(
    new ListObjectsV2Command({ Bucket: bucket, Prefix: `${given.MATRIX_PREFIX}/` }),
  );
  writeFileSync(`${folder}/listed`, listed.Contents.map(({ Key }) => Key).sort().join("\n"));
  const link = await getSignedUrl(client, new GetObjectCommand({ Bucket: bucket, Key: key(names[1]) }));
  const answer = Buffer.from(await (await fetch(link)).arrayBuffer());
  if (!answer.equals(readFileSync(`${folder}/${names[1]}`))) throw new Error("the link gives something else");
}

async function clear() {
  const Objects = all.map((name) => ({ Key: key(name) }));
  const { Errors } = await client.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects } }));
  if (Errors) throw new Error(JSON.stringify(Errors));
}

await (process.argv[2] === "store" ? store() : clear());
