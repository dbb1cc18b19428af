import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeFault, FakeTransport } from "./fake";
import { UploadMemory } from "./memory";
import { UploadQueue } from "./queue";
import type { UploadState } from "./types";

const MIB = 1024 ** 2;
const TARGET = { backend: "local", bucket: "demo" };

let transport: FakeTransport;
let queue: UploadQueue;
/** What the browser keeps between two pages. */
let kept: string | null;

const openMemory = () => new UploadMemory({ read: () => kept, write: (text) => (kept = text) });

beforeEach(() => {
  vi.useFakeTimers();
  kept = null;
  transport = new FakeTransport();
  queue = new UploadQueue(transport, openMemory());
});
afterEach(() => vi.useRealTimers());

/** A file that claims a size without holding the bytes. */
function fileOf(sizeBytes: number): File {
  const file = new File([], "f");
  Object.defineProperty(file, "size", { value: sizeBytes });
  Object.defineProperty(file, "slice", {
    value: (start: number, end: number) => ({ size: end - start }),
  });
  return file;
}

const source = (key: string, sizeBytes = 100) => ({ key, file: fileOf(sizeBytes) });
const settle = () => vi.advanceTimersByTimeAsync(0);
const states = (): UploadState[] => queue.store.get().items.map(({ state }) => state);
const idOf = (key: string) => queue.store.get().items.find((item) => item.key === key)?.id ?? 0;

describe("sending", () => {
  it("sends a small file in one request", async () => {
    queue.add(TARGET, [source("a.txt")]);
    await settle();

    expect(states()).toEqual(["done"]);
    expect(transport.objects.get("a.txt")).toBe(100);
    expect(transport.partsSent).toEqual([]);
  });

  it("sends more than 5 MiB in parts and joins all of them", async () => {
    queue.add(TARGET, [source("big", 40 * MIB)]);
    await settle();

    expect(states()).toEqual(["done"]);
    expect(transport.partsSent.sort()).toEqual([1, 2, 3]);
    expect(transport.objects.get("big")).toBe(3);
  });

  it("runs three files and four requests at once", async () => {
    transport.isHeld = true;
    queue.add(
      TARGET,
      [1, 2, 3, 4].map((n) => source(`big-${n}`, 64 * MIB)),
    );
    await settle();

    expect(states()).toEqual(["uploading", "uploading", "uploading", "queued"]);
    expect(transport.mostInFlight).toBe(4);

    transport.release();
    await settle();
    expect(states()).toEqual(["done", "done", "done", "done"]);
  });

  it("tells each upload that is done", async () => {
    const done: string[] = [];
    queue.onDone(({ key }) => done.push(key));

    queue.add(TARGET, [source("a"), source("b")]);
    await settle();

    expect(done).toEqual(["a", "b"]);
  });

  it("counts bytes of all uploads and guesses the time left", async () => {
    transport.isHeld = true;
    queue.add(TARGET, [source("a", 4 * MIB)]);
    await vi.advanceTimersByTimeAsync(1000);

    const { sentBytes, totalBytes, secondsLeft } = queue.store.get();
    expect([sentBytes, totalBytes]).toEqual([2 * MIB, 4 * MIB]);
    expect(secondsLeft).toBeGreaterThan(0);
  });
});

describe("failures", () => {
  it("tries a part again after what may pass", async () => {
    transport.faults.part.push(new FakeFault("maintenance", { retryable: true }));
    queue.add(TARGET, [source("big", 20 * MIB)]);
    await settle();
    expect(states()).toEqual(["waiting"]);

    await vi.advanceTimersByTimeAsync(1000);
    expect(states()).toEqual(["done"]);
  });

  it("waits as long as Retry-After asks", async () => {
    transport.faults.small.push(
      new FakeFault("rate_limited", { retryable: true, retryAfterSeconds: 60 }),
    );
    queue.add(TARGET, [source("a")]);

    await vi.advanceTimersByTimeAsync(59_000);
    expect(states()).toEqual(["waiting"]);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(states()).toEqual(["done"]);
  });

  it("gives up after six tries, and can be told to try again", async () => {
    const fault = () => new FakeFault("offline", { retryable: true });
    transport.faults.small.push(...Array.from({ length: 6 }, fault));
    queue.add(TARGET, [source("a")]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(states()).toEqual(["failed"]);

    queue.retryFailed();
    await settle();
    expect(states()).toEqual(["done"]);
  });

  it("does not repeat what a repetition cannot mend", async () => {
    transport.faults.small.push(new FakeFault("internal"));
    queue.add(TARGET, [source("a"), source("b")]);
    await settle();

    expect(states()).toEqual(["failed", "done"]);
  });

  it("marks an upload as blocked when the quota is full", async () => {
    transport.faults.part.push(new FakeFault("quota_exceeded"));
    queue.add(TARGET, [source("big", 20 * MIB)]);
    await settle();

    expect(states()).toEqual(["blocked"]);
  });

  it("counts thirty seconds without a byte as a failure and tries again", async () => {
    transport.isHeld = true;
    queue.add(TARGET, [source("a")]);
    await vi.advanceTimersByTimeAsync(30_001);
    expect(states()).toEqual(["waiting"]);

    transport.release();
    await vi.advanceTimersByTimeAsync(1000);
    expect(states()).toEqual(["done"]);
  });
});

describe("pause and cancel", () => {
  it("sends only the missing parts after a pause", async () => {
    transport.faults.part.push(new FakeFault("internal"));
    queue.add(TARGET, [source("big", 40 * MIB)]);
    await settle();
    expect(states()).toEqual(["failed"]);
    const before = transport.partsSent.length;

    queue.pause(idOf("big"));
    queue.resume(idOf("big"));
    await settle();

    expect(states()).toEqual(["done"]);
    expect(new Set(transport.partsSent).size).toBe(3);
    expect(transport.partsSent.length).toBeLessThanOrEqual(before + 3);
  });

  it("stops the requests of a paused upload and lets others take its place", async () => {
    transport.isHeld = true;
    queue.add(
      TARGET,
      ["a", "b", "c", "d"].map((key) => source(key)),
    );
    await settle();

    queue.pause(idOf("a"));
    await settle();

    expect(states()).toEqual(["paused", "uploading", "uploading", "uploading"]);
  });

  it("keeps an upload paused whose request ends just then", async () => {
    transport.isHeld = true;
    queue.add(TARGET, [source("a")]);
    await settle();

    queue.pauseAll();
    await settle();
    expect(states()).toEqual(["paused"]);

    transport.release();
    queue.resumeAll();
    await settle();
    expect(states()).toEqual(["done"]);
  });

  it("goes on when it is resumed before the pause has taken effect", async () => {
    transport.isHeld = true;
    queue.add(TARGET, [source("big", 40 * MIB)]);
    await settle();

    queue.pause(idOf("big"));
    queue.resume(idOf("big"));
    transport.isHeld = false;
    await settle();

    expect(states()).toEqual(["done"]);
  });

  it("begins once although it is paused while it begins", async () => {
    transport.isBeginHeld = true;
    queue.add(TARGET, [source("big", 20 * MIB)]);
    await settle();

    queue.pause(idOf("big"));
    queue.resume(idOf("big"));
    transport.release();
    await settle();

    expect(states()).toEqual(["done"]);
    expect(transport.begun).toEqual(["big"]);
  });

  it("gives back what was begun although it is cancelled while it begins", async () => {
    transport.isBeginHeld = true;
    queue.add(TARGET, [source("big", 20 * MIB)]);
    await settle();

    queue.cancel(idOf("big"));
    transport.release();
    await settle();

    expect(transport.aborted).toEqual(["upload of big"]);
  });

  it("gives back the parts of a cancelled upload", async () => {
    transport.isHeld = true;
    queue.add(TARGET, [source("big", 20 * MIB)]);
    await settle();

    queue.cancel(idOf("big"));
    await settle();

    expect(states()).toEqual([]);
    expect(transport.aborted).toEqual(["upload of big"]);
  });
});

describe("objects that exist already", () => {
  beforeEach(() => transport.objects.set("a.txt", 1));

  it("asks, and replaces when told to", async () => {
    queue.add(TARGET, [source("a.txt")]);
    await settle();
    expect(states()).toEqual(["conflict"]);

    queue.resolve(idOf("a.txt"), "replace", { forAll: false });
    await settle();
    expect(transport.objects.get("a.txt")).toBe(100);
  });

  it("keeps both under the next free name", async () => {
    transport.objects.set("a (2).txt", 1);
    queue.add(TARGET, [source("a.txt")]);
    await settle();

    queue.resolve(idOf("a.txt"), "keepBoth", { forAll: false });
    await settle();

    expect(states()).toEqual(["done"]);
    expect([...transport.objects.keys()]).toEqual(["a.txt", "a (2).txt", "a (3).txt"]);
  });

  it("applies one answer to all, later ones included", async () => {
    const keys = ["b", "c", "d", "e"];
    for (const key of keys) transport.objects.set(key, 1);
    queue.add(
      TARGET,
      keys.map((key) => source(key)),
    );
    await settle();

    queue.resolve(idOf("b"), "skip", { forAll: true });
    await settle();

    expect(states()).toEqual([]);
    expect(keys.map((key) => transport.objects.get(key))).toEqual([1, 1, 1, 1]);
  });

  it("asks before a large upload too", async () => {
    queue.add(TARGET, [source("a.txt", 20 * MIB)]);
    await settle();

    expect(states()).toEqual(["conflict"]);
    expect(transport.partsSent).toEqual([]);
  });
});

describe("after the page was closed in the middle", () => {
  const BIG = source("big", 40 * MIB);

  /** A first page begins the upload, sends one part of three, and is closed. */
  async function leaveUnfinished(sizeBytes = 16 * MIB): Promise<void> {
    transport.isHeld = true;
    queue.add(TARGET, [BIG]);
    await settle();
    transport.leftOver.set("upload of big", [{ number: 1, etag: '"1"', sizeBytes }]);
    transport = Object.assign(new FakeTransport(), { leftOver: transport.leftOver });
    queue = new UploadQueue(transport, openMemory());
  }

  it("sends only the parts that are missing of the same file", async () => {
    await leaveUnfinished();
    queue.add(TARGET, [BIG]);
    await settle();

    expect(states()).toEqual(["done"]);
    expect(transport.partsSent.sort()).toEqual([2, 3]);
    expect(transport.objects.get("big")).toBe(3);
    expect(kept).toBe(null);
  });

  it("sends a part again that is not as long as it should be", async () => {
    await leaveUnfinished(5);
    queue.add(TARGET, [BIG]);
    await settle();

    expect(transport.partsSent.sort()).toEqual([1, 2, 3]);
  });

  it("begins anew with another file, and where the server knows nothing any more", async () => {
    await leaveUnfinished();
    queue.add(TARGET, [source("big", 41 * MIB)]);
    await settle();
    expect(transport.partsSent.sort()).toEqual([1, 2, 3]);

    await leaveUnfinished();
    transport.leftOver.clear();
    queue.add(TARGET, [BIG]);
    await settle();
    expect(transport.partsSent.sort()).toEqual([1, 2, 3]);
  });

  it("forgets what was cancelled", async () => {
    transport.isHeld = true;
    queue.add(TARGET, [BIG]);
    await settle();
    expect(kept).toContain("upload of big");
    queue.cancel(idOf("big"));
    await settle();

    expect(kept).toBe(null);
  });
});

it("starts with nothing where what was kept cannot be read", () => {
  kept = "{not json";

  expect(openMemory().store.get()).toEqual([]);
});
