/** How well a text fits what was typed; letters may be left out, starts of words count most. */

const START = 8;
const RUN = 5;
const ANY = 1;

/** 0 where a letter is missing; more is better. */
export function fit(text: string, typed: string): number {
  const wanted = typed.toLocaleLowerCase().replace(/\s+/g, "");
  if (wanted === "") return ANY;
  const found = text.toLocaleLowerCase();
  const whole = found.indexOf(wanted);
  if (whole >= 0) return wanted.length * START + (isStart(found, whole) ? START : 0);
  return scattered(found, wanted);
}

function scattered(text: string, wanted: string): number {
  let score = 0;
  let last = -1;
  for (const letter of wanted) {
    const at = text.indexOf(letter, last + 1);
    if (at < 0) return 0;
    score += isStart(text, at) ? START : at === last + 1 ? RUN : ANY;
    last = at;
  }
  return score;
}

function isStart(text: string, at: number): boolean {
  return at === 0 || !/[\p{L}\p{N}]/u.test(text.charAt(at - 1));
}

/** Those that fit, the best first; equal ones keep their order. */
export function ranked<Item>(
  items: readonly Item[],
  typed: string,
  textOf: (item: Item) => string,
): Item[] {
  return items
    .map((item) => ({ item, score: fit(textOf(item), typed) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .map(({ item }) => item);
}
