/** All uploads of this tab: three files and four requests at once, in the order they came. */
import { createStore, type Store } from "../store";
import type { UploadMemory } from "./memory";
import { RateMeter } from "./rate";
import { Slots } from "./slots";
import { UploadTask } from "./task";
import type {
  ConflictDecision,
  UploadItem,
  UploadSource,
  UploadState,
  UploadTarget,
  UploadTransport,
} from "./types";

const FILES_AT_ONCE = 3;
const REQUESTS_AT_ONCE = 4;
const PROGRESS_INTERVAL_MS = 100;

export interface UploadSummary {
  items: readonly UploadItem[];
  sentBytes: number;
  totalBytes: number;
  bytesPerSecond: number;
  /** Null while nothing moves. */
  secondsLeft: number | null;
}

const ACTIVE: ReadonlySet<UploadState> = new Set(["queued", "uploading", "waiting"]);
/** Whether it still sends or is about to, so that closing the page would lose bytes. */
export const isActive = ({ state }: UploadItem): boolean => ACTIVE.has(state);

export class UploadQueue {
  readonly store: Store<UploadSummary>;
  private tasks: UploadTask[] = [];
  private nextId = 1;
  private readonly requests = new Slots(REQUESTS_AT_ONCE);
  private readonly meter = new RateMeter();
  private readonly running = new Set<UploadTask>();
  private readonly standing = new Map<string, ConflictDecision>();
  private readonly finished = new Set<(item: UploadItem) => void>();
  private sentBefore = 0;
  private flushTimer: ReturnType<typeof setTimeout> | null = null;

  constructor(
    private readonly transport: UploadTransport,
    private readonly memory: UploadMemory,
  ) {
    this.store = createStore<UploadSummary>(EMPTY);
  }

  /** Queues files; they start at once when there is room. */
  add(target: UploadTarget, sources: readonly UploadSource[]): void {
    // Decisions "for all" belong to what was dropped together, and end with it.
    if (!this.tasks.some(({ item }) => isActive(item))) this.standing.clear();
    for (const { key, file } of sources) this.tasks.push(this.createTask(target, key, file));
    this.advance();
    this.flush();
  }

  pause(id: number): void {
    this.withTask(id, (task) => task.pause());
  }

  /** Goes on with a paused upload, or tries a failed or blocked one again. */
  resume(id: number): void {
    this.withTask(id, (task) => task.queue());
    this.advance();
  }

  pauseAll(): void {
    for (const task of this.tasks) if (isActive(task.item)) task.pause();
  }

  resumeAll(): void {
    for (const task of this.tasks) if (task.item.state === "paused") task.queue();
    this.advance();
  }

  retryFailed(): void {
    for (const task of this.tasks) if (task.item.state === "failed") task.queue();
    this.advance();
  }

  /** Stops an upload and takes it off the list. */
  cancel(id: number): void {
    this.withTask(id, (task) => {
      this.tasks = this.tasks.filter((other) => other !== task);
      void task.cancel();
    });
    this.advance();
    this.flush();
  }

  clearFinished(): void {
    this.tasks = this.tasks.filter(({ item }) => item.state !== "done");
    this.flush();
  }

  /** Answers "it exists already", for one upload or for all that meet the same. */
  resolve(id: number, decision: ConflictDecision, { forAll }: { forAll: boolean }): void {
    const asked = this.tasks.filter(({ item }) => item.state === "conflict");
    const meant = forAll ? asked : asked.filter(({ item }) => item.id === id);
    const first = meant[0];
    if (forAll && first !== undefined) this.standing.set(bucketOf(first.item), decision);
    for (const task of meant) this.decide(task, decision);
    this.advance();
  }

  /** Calls back after each upload that is done. Answers how to stop that. */
  onDone(listener: (item: UploadItem) => void): () => void {
    this.finished.add(listener);
    return () => this.finished.delete(listener);
  }

  private createTask(target: UploadTarget, key: string, file: File): UploadTask {
    return new UploadTask({ id: this.nextId++, target, key }, file, {
      transport: this.transport,
      memory: this.memory,
      requests: this.requests,
      onChange: (task, kind) => this.changed(task, kind),
    });
  }

  private withTask(id: number, act: (task: UploadTask) => void): void {
    const task = this.tasks.find(({ item }) => item.id === id);
    if (task !== undefined) act(task);
  }

  private decide(task: UploadTask, decision: ConflictDecision): void {
    if (decision === "skip") {
      this.cancel(task.item.id);
      return;
    }
    task.decision = decision;
    if (decision === "keepBoth") task.takeNextName();
    task.queue();
  }

  private advance(): void {
    for (const task of this.tasks) {
      if (this.running.size >= FILES_AT_ONCE) return;
      if (task.item.state === "queued" && !this.running.has(task)) void this.start(task);
    }
  }

  private async start(task: UploadTask): Promise<void> {
    this.running.add(task);
    await task.run();
    this.running.delete(task);
    this.after(task);
    this.advance();
  }

  private after(task: UploadTask): void {
    if (!this.tasks.includes(task)) return;
    if (task.item.state === "done") for (const listener of this.finished) listener(task.item);
    const standing = this.standing.get(bucketOf(task.item));
    if (task.item.state === "conflict" && standing !== undefined) this.decide(task, standing);
  }

  private changed(task: UploadTask, kind: "state" | "progress"): void {
    if (!this.tasks.includes(task)) return;
    if (kind === "state") this.flush();
    else this.flushTimer ??= setTimeout(() => this.flush(), PROGRESS_INTERVAL_MS);
  }

  private flush(): void {
    if (this.flushTimer !== null) clearTimeout(this.flushTimer);
    this.flushTimer = null;
    this.store.set(this.summary(Date.now()));
  }

  private summary(now: number): UploadSummary {
    const items = this.tasks.map(({ item }) => item);
    const sentBytes = items.reduce((sum, item) => sum + item.sentBytes, 0);
    const totalBytes = items.reduce((sum, item) => sum + item.sizeBytes, 0);
    if (sentBytes > this.sentBefore) this.meter.add(sentBytes - this.sentBefore, now);
    this.sentBefore = sentBytes;
    const bytesPerSecond = items.some(isActive) ? this.meter.bytesPerSecond(now) : 0;
    const left = items.filter(isActive).reduce((sum, i) => sum + i.sizeBytes - i.sentBytes, 0);
    const secondsLeft = bytesPerSecond === 0 ? null : left / bytesPerSecond;
    return { items, sentBytes, totalBytes, bytesPerSecond, secondsLeft };
  }
}

const EMPTY: UploadSummary = {
  items: [],
  sentBytes: 0,
  totalBytes: 0,
  bytesPerSecond: 0,
  secondsLeft: null,
};

function bucketOf({ target }: UploadItem): string {
  return `${target.backend}/${target.bucket}`;
}
