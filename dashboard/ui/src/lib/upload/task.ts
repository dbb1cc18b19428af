/** The story of one upload: small in one request, large in parts that survive a pause. */
import { type AttemptOptions, sendWithRetries } from "./attempt";
import { judge } from "./faults";
import type { UploadMemory } from "./memory";
import { numberedKey } from "./names";
import { cutIntoParts, type PartRange, partSizeFor, SMALL_LIMIT_BYTES } from "./parts";
import type { Slots } from "./slots";
import type {
  ConflictDecision,
  SendControl,
  StoredPart,
  UploadItem,
  UploadState,
  UploadTransport,
} from "./types";

const MOST_COPIES = 100;

export interface TaskContext {
  transport: UploadTransport;
  /** What earlier pages began and did not end. */
  memory: UploadMemory;
  requests: Slots;
  /** Called after every change of the item. */
  onChange: (task: UploadTask, kind: "state" | "progress") => void;
}

export class UploadTask {
  item: UploadItem;
  decision: ConflictDecision | null = null;
  private readonly originalKey: string;
  private copies = 1;
  private uploadId: string | null = null;
  private readonly stored = new Map<number, StoredPart>();
  private readonly inFlight = new Map<number, number>();
  private readonly waits = new Map<number, number>();
  private stop = new AbortController();
  private isCancelled = false;

  constructor(
    item: Omit<UploadItem, "state" | "sentBytes" | "error" | "retryAt" | "sizeBytes">,
    private readonly file: File,
    private readonly context: TaskContext,
  ) {
    this.originalKey = item.key;
    const fresh = { state: "queued", sentBytes: 0, error: null, retryAt: null } as const;
    this.item = { ...item, ...fresh, sizeBytes: file.size };
  }

  /** Sends what is still missing; ends in a state, never in an exception. */
  async run(): Promise<void> {
    this.stop = new AbortController();
    this.forgetUnfinished();
    this.enter("uploading");
    try {
      if (this.file.size <= SMALL_LIMIT_BYTES) await this.sendSmall();
      else await this.sendParts();
      this.enter("done");
    } catch (error) {
      // One part's failure ends the others; the finished ones are kept for the next run.
      this.stop.abort();
      await (this.isCancelled ? this.forget() : this.settle(error));
    }
  }

  pause(): void {
    this.stop.abort();
    if (this.item.state !== "done") this.enter("paused");
  }

  queue(): void {
    this.enter("queued");
  }

  /** Stops and gives back what the server holds of it. */
  async cancel(): Promise<void> {
    this.isCancelled = true;
    this.stop.abort();
    if (this.item.state !== "done") await this.forget();
  }

  /** What was on its way when a run ended has to be sent again. */
  private forgetUnfinished(): void {
    for (const number of this.inFlight.keys()) {
      if (!this.stored.has(number)) this.inFlight.delete(number);
    }
    this.progress(0, 0);
  }

  private async settle(error: unknown): Promise<void> {
    // Paused, or queued again, while this run was ending: its end says nothing any more.
    if (this.item.state !== "uploading" && this.item.state !== "waiting") return;
    const fault = judge(error);
    if (fault.kind !== "conflict") {
      this.enter(fault.kind === "blocked" ? "blocked" : "failed", error);
      return;
    }
    if (this.decision !== "keepBoth" || this.copies === MOST_COPIES) {
      this.enter("conflict", error);
      return;
    }
    this.takeNextName();
    await this.run();
  }

  /** Moves on to `name (2)`, then `name (3)`, until one is free. */
  takeNextName(): void {
    this.copies += 1;
    this.item = { ...this.item, key: numberedKey(this.originalKey, this.copies) };
  }

  private async sendSmall(): Promise<void> {
    const upload = this.description();
    await this.request(0, this.file.size, (control) => {
      return this.context.transport.sendSmall(upload, control);
    });
    this.inFlight.set(0, this.file.size);
  }

  private async sendParts(): Promise<void> {
    const ranges = cutIntoParts(this.file.size, partSizeFor(this.file.size));
    this.uploadId ??= (await this.takeUp(ranges)) ?? (await this.begin());
    const missing = ranges.filter(({ number }) => !this.stored.has(number));
    await Promise.all(missing.map((range) => this.sendPart(range)));
    await this.complete();
  }

  private async begin(): Promise<string> {
    const { transport, memory } = this.context;
    const { target, key, sizeBytes } = this.item;
    // A pause does not cut this call: what was begun and is not known here could not be given back.
    const whole = new AbortController().signal;
    const begin = ({ signal }: SendControl) => transport.begin(this.description(), signal);
    const uploadId = await this.request(0, 0, begin, whole);
    memory.remember({ target, key, uploadId, sizeBytes, modifiedAt: this.file.lastModified });
    return uploadId;
  }

  /** Goes on with what an earlier page began; null where there is nothing of it any more. */
  private async takeUp(ranges: readonly PartRange[]): Promise<string | null> {
    const { transport, memory } = this.context;
    const { target, key } = this.item;
    const known = memory.find(target, key, this.file);
    if (known === undefined) return null;
    const { uploadId } = known;
    try {
      const parts = await this.request(0, 0, ({ signal }) => {
        return transport.listParts(target, { key, uploadId, signal });
      });
      for (const part of parts) this.keepPart(part, ranges);
      return uploadId;
    } catch (error) {
      if (judge(error).kind === "stopped") throw error;
      memory.forget(uploadId);
      return null;
    }
  }

  /** A part counts only where it is exactly what would be sent. */
  private keepPart(part: StoredPart & { sizeBytes: number }, ranges: readonly PartRange[]): void {
    const range = ranges.find(({ number }) => number === part.number);
    if (range === undefined || range.end - range.start !== part.sizeBytes) return;
    this.stored.set(part.number, { number: part.number, etag: part.etag });
    this.progress(part.number, part.sizeBytes);
  }

  private async sendPart({ number, start, end }: PartRange): Promise<void> {
    const { transport } = this.context;
    const stored = await this.request(number, end - start, (control) => {
      const bytes = this.file.slice(start, end);
      return transport.sendPart({ ...this.place(), number, bytes }, control);
    });
    this.stored.set(number, stored);
    this.progress(number, end - start);
  }

  private async complete(): Promise<void> {
    const parts = [...this.stored.values()].sort((a, b) => a.number - b.number);
    const { target, key, uploadId } = this.place();
    await this.request(0, 0, ({ signal }) => {
      return this.context.transport.complete(target, { key, uploadId, parts, signal });
    });
    this.context.memory.forget(uploadId);
    this.uploadId = null;
  }

  private async forget(): Promise<void> {
    if (this.uploadId === null) return;
    const { target, ...upload } = this.place();
    this.context.memory.forget(upload.uploadId);
    this.uploadId = null;
    this.stored.clear();
    // The store's own clean-up takes what could not be given back.
    await this.context.transport.abort(target, upload).catch(() => undefined);
  }

  private request<T>(
    number: number,
    sizeBytes: number,
    send: Send<T>,
    signal = this.stop.signal,
  ): Promise<T> {
    const stopped = this.stop.signal;
    const options: AttemptOptions = {
      signal,
      sizeBytes,
      onProgress: (sentBytes) => this.progress(number, sentBytes),
      onWait: (retryAt, error) => {
        stopped.throwIfAborted();
        this.wait(number, retryAt, error);
      },
    };
    return this.context.requests.use(stopped, () => sendWithRetries(send, options));
  }

  private wait(number: number, retryAt: number | null, error: unknown): void {
    if (retryAt === null) this.waits.delete(number);
    else this.waits.set(number, retryAt);
    const soonest = Math.min(...this.waits.values());
    if (this.waits.size > 0) this.enter("waiting", error, soonest);
    else this.enter("uploading");
  }

  private progress(number: number, sentBytes: number): void {
    this.inFlight.set(number, sentBytes);
    const total = [...this.inFlight.values()].reduce((sum, bytes) => sum + bytes, 0);
    this.item = { ...this.item, sentBytes: Math.min(total, this.item.sizeBytes) };
    this.context.onChange(this, "progress");
  }

  private enter(state: UploadState, error: unknown = null, retryAt: number | null = null): void {
    const sentBytes = state === "done" ? this.item.sizeBytes : this.item.sentBytes;
    this.item = { ...this.item, state, error, retryAt, sentBytes };
    if (state !== "waiting") this.waits.clear();
    this.context.onChange(this, "state");
  }

  private description() {
    const { target, key } = this.item;
    return { target, key, file: this.file, replace: this.decision === "replace" };
  }

  private place() {
    if (this.uploadId === null) throw new Error("no upload was begun");
    return { target: this.item.target, key: this.item.key, uploadId: this.uploadId };
  }
}

type Send<T> = Parameters<typeof sendWithRetries<T>>[0];
