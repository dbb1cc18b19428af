/** A mean of the last ten seconds, so that the shown rate is calm but follows. */

const WINDOW_MS = 10_000;

export class RateMeter {
  private samples: { at: number; bytes: number }[] = [];

  /** Notes bytes that have just been sent. */
  add(bytes: number, now: number): void {
    this.samples.push({ at: now, bytes });
    this.forget(now);
  }

  /** Bytes per second over the window, or since the first sample if that is shorter. */
  bytesPerSecond(now: number): number {
    this.forget(now);
    const first = this.samples[0];
    if (first === undefined) return 0;
    const total = this.samples.reduce((sum, sample) => sum + sample.bytes, 0);
    return total / (Math.max(1000, now - first.at) / 1000);
  }

  private forget(now: number): void {
    this.samples = this.samples.filter(({ at }) => now - at <= WINDOW_MS);
  }
}
