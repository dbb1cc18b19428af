/** The one upload queue of this tab, and how it reaches the server. */
import { unfinishedUploads } from "../lib/upload/kept";
import { tellUploadDone } from "../lib/upload/news";
import { UploadQueue } from "../lib/upload/queue";
import type {
  PartUpload,
  SendControl,
  SmallUpload,
  StoredPart,
  UploadTarget,
  UploadTransport,
} from "../lib/upload/types";
import { get, post, remove, sendBytes, type SendOptions } from "./client";
import { ApiError } from "./error";
import { path } from "./path";
import type { ObjectInfo, PartList, UploadCreated, UploadedPart } from "./schema.gen";
import { waitForSignIn } from "./session";

const base = ({ backend, bucket }: UploadTarget) =>
  path`/api/backends/${backend}/buckets/${bucket}`;

const onlyIfNew = (replace: boolean): Record<string, string> =>
  replace ? {} : { "If-None-Match": "*" };

const typeOf = (file: File) => (file.type === "" ? "application/octet-stream" : file.type);

export const transport: UploadTransport = {
  async sendSmall({ target, key, file, replace }: SmallUpload, control: SendControl) {
    const form = new FormData();
    form.append("key", key);
    form.append("content_type", typeOf(file));
    form.append("file", file);
    const headers = onlyIfNew(replace);
    await send<ObjectInfo>(`${base(target)}/object`, {
      method: "POST",
      body: form,
      headers,
      ...control,
    });
  },

  async begin({ target, key, file, replace }: SmallUpload, signal: AbortSignal) {
    const created = await post<UploadCreated>(`${base(target)}/multipart`, {
      query: { key },
      headers: onlyIfNew(replace),
      body: { content_type: typeOf(file) },
      signal,
    });
    return created.upload_id;
  },

  async listParts(target, { key, uploadId, signal }) {
    const found: (StoredPart & { sizeBytes: number })[] = [];
    let token = "";
    do {
      const query = { key, upload_id: uploadId, token: token === "" ? undefined : token };
      const page = await get<PartList>(`${base(target)}/multipart/parts`, { query, signal });
      for (const { part_number, etag, size } of page.parts) {
        found.push({ number: part_number, etag, sizeBytes: size });
      }
      token = page.next_token;
    } while (token !== "");
    return found;
  },

  async sendPart({ target, key, uploadId, number, bytes }: PartUpload, control: SendControl) {
    const url = `${base(target)}/multipart/parts/${number}`;
    const query = { key, upload_id: uploadId };
    const part = await send<UploadedPart>(url, { method: "PUT", query, body: bytes, ...control });
    return { number, etag: part.etag };
  },

  async complete(target, { key, uploadId, parts, signal }) {
    await post(`${base(target)}/multipart/complete`, {
      query: { key, upload_id: uploadId },
      body: { parts: parts.map(({ number, etag }) => ({ PartNumber: number, ETag: etag })) },
      signal,
    });
  },

  async abort(target, { key, uploadId }) {
    await remove(`${base(target)}/multipart`, { query: { key, upload_id: uploadId } });
  },
};

/** Sends bytes; a lapsed session or token is mended once, as for other calls. */
async function send<T>(url: string, options: SendOptions): Promise<T> {
  try {
    return await sendBytes<T>(url, options);
  } catch (error) {
    if (!(error instanceof ApiError) || !(await mend(error))) throw error;
    return sendBytes<T>(url, options);
  }
}

async function mend(error: ApiError): Promise<boolean> {
  if (error.code === "unauthorized") return waitForSignIn();
  if (error.code !== "csrf_invalid") return false;
  await get("/api/me");
  return true;
}

export const uploads = new UploadQueue(transport, unfinishedUploads);
uploads.onDone(tellUploadDone);
