/** Where a key leads in a list. */

const LETTER = /^\S$/u;
const TYPE_AHEAD_MS = 700;

/** The row that a movement key leads to, or null for another key. */
export function targetIndex(key: string, from: number, facts: { count: number; page: number }) {
  const last = facts.count - 1;
  switch (key) {
    case "ArrowDown":
      return Math.min(last, from + 1);
    case "ArrowUp":
      return Math.max(0, from - 1);
    case "PageDown":
      return Math.min(last, from + facts.page);
    case "PageUp":
      return Math.max(0, from - facts.page);
    case "Home":
      return 0;
    case "End":
      return last;
    default:
      return null;
  }
}

/**
 * Where the focus goes when rows change: to the same row, wherever it is now; if it is gone, to the
 * next one that is left, else to the last before it.
 */
export function survivingIndex(
  before: readonly string[],
  index: number,
  after: readonly string[],
): number {
  const places = new Map(after.map((key, place) => [key, place]));
  const candidates = [...before.slice(index), ...before.slice(0, index).reverse()];
  for (const key of candidates) {
    const place = places.get(key);
    if (place !== undefined) return place;
  }
  return 0;
}

/** Finds rows by the letters typed in quick succession; the same letter again goes on. */
export class TypeAhead {
  private typed = "";
  private at = 0;

  /** The index of the row meant, or null if the key is no letter or nothing matches. */
  find(key: string, names: readonly string[], { from, now }: { from: number; now: number }) {
    if (!LETTER.test(key)) return null;
    this.typed = now - this.at > TYPE_AHEAD_MS ? key : this.typed + key;
    this.at = now;
    const isRepeat = new Set(this.typed).size === 1;
    const wanted = (isRepeat ? key : this.typed).toLocaleLowerCase();
    const start = isRepeat ? from + 1 : from;
    for (let step = 0; step < names.length; step += 1) {
      const index = (start + step) % names.length;
      if (names[index]?.toLocaleLowerCase().startsWith(wanted) === true) return index;
    }
    return null;
  }
}
