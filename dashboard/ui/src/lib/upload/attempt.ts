/** One request, repeated while that may help. */
import { judge, StalledError } from "./faults";
import type { SendControl } from "./types";

const MOST_TRIES = 6;
const FIRST_DELAY_MS = 500;
const STALL_MS = 30_000;
/** After the last byte the server still has to hand it on to the store. */
const ANSWER_MS = 180_000;

export interface AttemptOptions extends SendControl {
  /** Bytes that the request carries; the watchdog is patient once they are sent. */
  sizeBytes: number;
  /** Called with the time of the next try and why it is needed, and with null when it starts. */
  onWait: (retryAt: number | null, error: unknown) => void;
  random?: () => number;
}

/** Doubles with each failure, jittered by half; the server's Retry-After is a lower bound. */
export function retryDelayMs(failures: number, retryAfterSeconds: number | null, random: number) {
  const backoff = FIRST_DELAY_MS * 2 ** (failures - 1) * (0.75 + random / 2);
  return Math.max(backoff, (retryAfterSeconds ?? 0) * 1000);
}

/** Sends up to six times; gives up at once on what no repetition mends. */
export async function sendWithRetries<T>(
  send: (control: SendControl) => Promise<T>,
  options: AttemptOptions,
): Promise<T> {
  for (let failures = 0; ;) {
    try {
      return await sendWatched(send, options);
    } catch (error) {
      options.onProgress(0);
      failures += 1;
      const fault = judge(error);
      if (fault.kind !== "retry" || failures === MOST_TRIES) throw error;
      const random = (options.random ?? Math.random)();
      const delay = retryDelayMs(failures, fault.retryAfterSeconds, random);
      options.onWait(Date.now() + delay, error);
      await sleep(delay, options.signal);
      options.onWait(null, null);
    }
  }
}

async function sendWatched<T>(
  send: (control: SendControl) => Promise<T>,
  { signal, onProgress, sizeBytes }: AttemptOptions,
): Promise<T> {
  const stop = new AbortController();
  const forward = () => stop.abort(signal.reason);
  const stalled = new StalledError("no bytes for too long");
  let timer: ReturnType<typeof setTimeout> | undefined;
  const watch = (patienceMs: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => stop.abort(stalled), patienceMs);
  };
  signal.throwIfAborted();
  signal.addEventListener("abort", forward);
  watch(STALL_MS);
  try {
    return await send({
      signal: stop.signal,
      onProgress: (sentBytes) => {
        watch(sentBytes >= sizeBytes ? ANSWER_MS : STALL_MS);
        onProgress(Math.min(sentBytes, sizeBytes));
      },
    });
  } catch (error) {
    throw stop.signal.reason === stalled ? stalled : error;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", forward);
  }
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const wake = () => {
      signal.removeEventListener("abort", stop);
      resolve();
    };
    const timer = setTimeout(wake, ms);
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
}
