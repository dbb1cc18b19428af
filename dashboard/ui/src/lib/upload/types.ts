/** What the upload queue knows of a file, and what it asks of the network. */

export interface UploadTarget {
  backend: string;
  bucket: string;
}

/** One file to send, with the key it shall get. */
export interface UploadSource {
  key: string;
  file: File;
}

/**
 * Where an upload stands. `waiting` counts down to the next try; `conflict` waits for a decision;
 * `blocked` means that the server will not take it (quota, right, size); `failed` may be retried.
 */
export type UploadState =
  "queued" | "uploading" | "waiting" | "paused" | "conflict" | "blocked" | "failed" | "done";

/** What to do about an object that exists already. */
export type ConflictDecision = "replace" | "keepBoth" | "skip";

/** One upload as the tray shows it; a new value after each change. */
export interface UploadItem {
  id: number;
  target: UploadTarget;
  key: string;
  sizeBytes: number;
  sentBytes: number;
  state: UploadState;
  /** Why it is blocked, failed or waiting. */
  error: unknown;
  /** When the next try comes, in milliseconds since the epoch; only while `waiting`. */
  retryAt: number | null;
}

export interface SendControl {
  signal: AbortSignal;
  onProgress: (sentBytes: number) => void;
}

export interface SmallUpload {
  target: UploadTarget;
  key: string;
  file: File;
  replace: boolean;
}

export interface PartUpload {
  target: UploadTarget;
  key: string;
  uploadId: string;
  /** From 1. */
  number: number;
  bytes: Blob;
}

export interface StoredPart {
  number: number;
  etag: string;
}

/**
 * The calls that carry an upload. They reject with an error that has `code`, `retryable` and
 * `retryAfterSeconds`, or with an AbortError.
 */
export interface UploadTransport {
  sendSmall: (upload: SmallUpload, control: SendControl) => Promise<void>;
  begin: (upload: SmallUpload, signal: AbortSignal) => Promise<string>;
  /** The parts that the server has of an upload; an upload that is gone is an error. */
  listParts: (
    target: UploadTarget,
    upload: { key: string; uploadId: string; signal: AbortSignal },
  ) => Promise<readonly (StoredPart & { sizeBytes: number })[]>;
  sendPart: (part: PartUpload, control: SendControl) => Promise<StoredPart>;
  complete: (
    target: UploadTarget,
    upload: { key: string; uploadId: string; parts: readonly StoredPart[]; signal: AbortSignal },
  ) => Promise<void>;
  abort: (target: UploadTarget, upload: { key: string; uploadId: string }) => Promise<void>;
}
