/**
 * Which uploads were begun and not ended, so that they go on after the page was closed: whoever
 * chooses the same file for the same key again sends only what the server does not have yet.
 */
import { createStore, type Store } from "../store";
import type { UploadTarget } from "./types";

export interface Unfinished {
  target: UploadTarget;
  key: string;
  uploadId: string;
  /** What tells the same file from another one of this name. */
  sizeBytes: number;
  modifiedAt: number;
}

/** Where the notes are kept between two pages. */
export interface Shelf {
  read: () => string | null;
  write: (text: string | null) => void;
}

const MOST_KEPT = 200;

export class UploadMemory {
  readonly store: Store<readonly Unfinished[]>;

  constructor(private readonly shelf: Shelf) {
    this.store = createStore(parse(shelf.read()));
  }

  /** The upload that this file began, if it is known. */
  find(target: UploadTarget, key: string, file: File): Unfinished | undefined {
    return this.store
      .get()
      .find(
        (one) =>
          isAt(one, target, key) &&
          one.sizeBytes === file.size &&
          one.modifiedAt === file.lastModified,
      );
  }

  remember(upload: Unfinished): void {
    const others = this.store.get().filter((one) => !isAt(one, upload.target, upload.key));
    this.keep([...others, upload].slice(-MOST_KEPT));
  }

  forget(uploadId: string): void {
    this.keep(this.store.get().filter((one) => one.uploadId !== uploadId));
  }

  private keep(uploads: readonly Unfinished[]): void {
    this.store.set(uploads);
    this.shelf.write(uploads.length === 0 ? null : JSON.stringify(uploads));
  }
}

function isAt(upload: Unfinished, { backend, bucket }: UploadTarget, key: string): boolean {
  return upload.key === key && upload.target.backend === backend && upload.target.bucket === bucket;
}

/** What was kept; whatever is not readable counts as nothing. */
function parse(text: string | null): readonly Unfinished[] {
  try {
    const found: unknown = JSON.parse(text ?? "[]");
    return Array.isArray(found) ? (found as Unfinished[]) : [];
  } catch {
    return [];
  }
}
