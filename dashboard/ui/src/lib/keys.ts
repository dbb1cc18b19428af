/** Object keys and prefixes: taken apart, and shown so that nothing in them is invisible. */

/** The last segment of a key, or of a prefix without its slash. */
export function baseName(key: string): string {
  const trimmed = key.endsWith("/") ? key.slice(0, -1) : key;
  return trimmed.slice(trimmed.lastIndexOf("/") + 1);
}

/** The prefix one level up; "" is the bucket itself. */
export function parentPrefix(prefix: string): string {
  return prefix.slice(0, prefix.slice(0, -1).lastIndexOf("/") + 1);
}

/** The name with control characters and blanks at its ends replaced by visible marks. */
export function visibleName(name: string): string {
  return name
    .replace(/\p{Cc}/gu, controlPicture)
    .replace(/[\u202a-\u202e\u2066-\u2069]/g, "�")
    .replace(/^ +| +$/g, (blanks) => "␣".repeat(blanks.length));
}

/** Unicode's picture of a control character; C1 controls have none. */
function controlPicture(character: string): string {
  const code = character.charCodeAt(0);
  if (code === 0x7f) return "␡";
  return code < 0x20 ? String.fromCodePoint(0x2400 + code) : "�";
}

/** `s3://bucket/key`, as command line tools write it. */
export function s3Uri(bucket: string, key: string): string {
  return `s3://${bucket}/${key}`;
}

export type FileKind =
  | "image"
  | "text"
  | "markdown"
  | "json"
  | "csv"
  | "parquet"
  | "pdf"
  | "audio"
  | "video"
  | "archive"
  | "other";

const BY_EXTENSION: Readonly<Record<string, FileKind>> = Object.fromEntries(
  (
    [
      ["image", "png jpg jpeg gif webp avif bmp svg ico"],
      ["markdown", "md markdown mdown"],
      ["json", "json geojson webmanifest"],
      ["csv", "csv tsv"],
      ["parquet", "parquet pq"],
      ["pdf", "pdf"],
      ["audio", "mp3 wav ogg flac m4a opus"],
      ["video", "mp4 webm mov m4v mkv"],
      ["archive", "zip gz tgz tar bz2 xz zst 7z rar"],
      [
        "text",
        "txt log ini toml conf cfg env yaml yml xml html htm css js mjs ts tsx jsx sh py " +
          "rb go rs java kt c h cpp cs sql tf ndjson jsonl diff patch rst tex properties gitignore",
      ],
    ] as const
  ).flatMap(([kind, list]) => list.split(" ").map((extension) => [extension, kind])),
);

const BY_TYPE: readonly (readonly [start: string, kind: FileKind])[] = [
  ["image/", "image"],
  ["audio/", "audio"],
  ["video/", "video"],
  ["application/pdf", "pdf"],
  ["application/json", "json"],
  ["text/csv", "csv"],
  ["text/markdown", "markdown"],
  ["application/vnd.apache.parquet", "parquet"],
  ["text/", "text"],
  ["application/x-yaml", "text"],
  ["application/yaml", "text"],
  ["application/xml", "text"],
];

/** What an object is, by its name and, if that says nothing, by its content type. */
export function fileKind(key: string, contentType = ""): FileKind {
  const name = baseName(key).toLowerCase();
  const byName = BY_EXTENSION[name.slice(name.lastIndexOf(".") + 1)];
  return byName ?? BY_TYPE.find(([start]) => contentType.startsWith(start))?.[1] ?? "other";
}
