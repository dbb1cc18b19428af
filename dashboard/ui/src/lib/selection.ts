/** Which rows are selected: by key, so that loading more or sorting changes nothing. */

export interface Selection {
  readonly keys: ReadonlySet<string>;
  /** Where a range begins. */
  readonly anchor: string | null;
}

export const NOTHING: Selection = { keys: new Set(), anchor: null };

export function selectOnly(key: string): Selection {
  return { keys: new Set([key]), anchor: key };
}

export function toggle(selection: Selection, key: string): Selection {
  const keys = new Set(selection.keys);
  if (!keys.delete(key)) keys.add(key);
  return { keys, anchor: key };
}

/** From the anchor to the key in the shown order; the anchor stays where it is. */
export function selectRange(
  selection: Selection,
  order: readonly string[],
  key: string,
): Selection {
  const to = order.indexOf(key);
  const from = selection.anchor === null ? -1 : order.indexOf(selection.anchor);
  if (from < 0) return selectOnly(key);
  const range = order.slice(Math.min(from, to), Math.max(from, to) + 1);
  return { keys: new Set(range), anchor: selection.anchor };
}

export function selectAll(order: readonly string[]): Selection {
  return { keys: new Set(order), anchor: order[0] ?? null };
}

/** Forgets keys that are gone, and keeps the same value if none is. */
export function retain(selection: Selection, order: readonly string[]): Selection {
  if (selection.keys.size === 0) return selection;
  const present = new Set(order);
  const keys = [...selection.keys].filter((key) => present.has(key));
  return keys.length === selection.keys.size ? selection : { ...selection, keys: new Set(keys) };
}
