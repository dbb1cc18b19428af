import { describe, expect, it } from "vitest";
import { type BulkState, runBulk } from "./bulk";

const NEVER = new AbortController().signal;

describe("runBulk", () => {
  it("acts on every item, and keeps what was refused with its reason", async () => {
    const refusal = new Error("no");
    const acted: number[] = [];
    const act = (item: number) => {
      acted.push(item);
      return item === 2 ? Promise.reject(refusal) : Promise.resolve();
    };

    const state = await runBulk([1, 2, 3], act, { onProgress: () => undefined, signal: NEVER });

    expect(acted).toEqual([1, 2, 3]);
    expect(state).toEqual({
      total: 3,
      done: 2,
      failed: [{ item: 2, error: refusal }],
      isOver: true,
    });
  });

  it("tells how far it is after each item", async () => {
    const seen: BulkState<number>[] = [];
    const onProgress = (state: BulkState<number>) => seen.push(state);

    await runBulk([1, 2], () => Promise.resolve(), { onProgress, signal: NEVER });

    expect(seen.map(({ done, isOver }) => [done, isOver])).toEqual([
      [1, false],
      [2, false],
      [2, true],
    ]);
  });

  it("stops between two items when it is told to", async () => {
    const stop = new AbortController();
    const acted: number[] = [];
    const act = (item: number) => {
      acted.push(item);
      stop.abort();
      return Promise.resolve();
    };

    const state = await runBulk([1, 2, 3], act, {
      onProgress: () => undefined,
      signal: stop.signal,
    });

    expect(acted).toEqual([1]);
    expect(state).toMatchObject({ total: 3, done: 1, isOver: true });
  });
});
