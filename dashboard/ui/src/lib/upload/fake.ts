/** A store in memory that takes uploads, and fails when told to; for tests. */
import type { PartUpload, SendControl, SmallUpload, StoredPart, UploadTransport } from "./types";

export class FakeFault extends Error {
  readonly retryable: boolean;
  readonly retryAfterSeconds: number | null;

  constructor(
    readonly code: string,
    facts: { retryable?: boolean; retryAfterSeconds?: number } = {},
  ) {
    super(code);
    this.retryable = facts.retryable ?? false;
    this.retryAfterSeconds = facts.retryAfterSeconds ?? null;
  }
}

type Gate = (() => void) | undefined;

export class FakeTransport implements UploadTransport {
  readonly objects = new Map<string, number>();
  readonly begun: string[] = [];
  readonly aborted: string[] = [];
  readonly partsSent: number[] = [];
  /** What an earlier page left of uploads, by upload id. */
  readonly leftOver = new Map<string, (StoredPart & { sizeBytes: number })[]>();
  /** The next faults, by call; each is used once. */
  readonly faults = { small: [] as Error[], begin: [] as Error[], part: [] as Error[] };
  /** While true, requests wait for `release`. */
  isHeld = false;
  /** While true, so do the calls that begin an upload in parts. */
  isBeginHeld = false;
  inFlight = 0;
  mostInFlight = 0;
  private readonly gates: Gate[] = [];

  release(): void {
    this.isHeld = false;
    this.isBeginHeld = false;
    for (const open of this.gates.splice(0)) open?.();
  }

  sendSmall = async ({ key, file, replace }: SmallUpload, control: SendControl): Promise<void> => {
    await this.carry(file.size, control, this.faults.small);
    if (this.objects.has(key) && !replace) throw new FakeFault("object_exists");
    this.objects.set(key, file.size);
  };

  begin = async ({ key, replace }: SmallUpload, signal: AbortSignal): Promise<string> => {
    this.begun.push(key);
    if (this.isBeginHeld) await this.pass(signal);
    const fault = this.faults.begin.shift();
    if (fault !== undefined) throw fault;
    if (this.objects.has(key) && !replace) throw new FakeFault("object_exists");
    return `upload of ${key}`;
  };

  listParts: UploadTransport["listParts"] = (_target, { uploadId }) => {
    const parts = this.leftOver.get(uploadId);
    if (parts === undefined) return Promise.reject(new FakeFault("not_found"));
    return Promise.resolve(parts);
  };

  sendPart = async ({ number, bytes }: PartUpload, control: SendControl): Promise<StoredPart> => {
    await this.carry(bytes.size, control, this.faults.part);
    this.partsSent.push(number);
    return { number, etag: `"${number}"` };
  };

  complete: UploadTransport["complete"] = (_target, { key, parts }) => {
    this.objects.set(key, parts.length);
    return Promise.resolve();
  };

  abort: UploadTransport["abort"] = (_target, { uploadId }) => {
    this.aborted.push(uploadId);
    return Promise.resolve();
  };

  private async carry(size: number, control: SendControl, faults: Error[]): Promise<void> {
    this.inFlight += 1;
    this.mostInFlight = Math.max(this.mostInFlight, this.inFlight);
    try {
      control.onProgress(Math.floor(size / 2));
      await this.pass(control.signal);
      const fault = faults.shift();
      if (fault !== undefined) throw fault;
      control.onProgress(size);
    } finally {
      this.inFlight -= 1;
    }
  }

  private pass(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      signal.addEventListener("abort", () => reject(new DOMException("", "AbortError")));
      if (this.isHeld || this.isBeginHeld) this.gates.push(resolve);
      else resolve();
    });
  }
}
