/** One call after another for many items; what is refused for one keeps the others not back. */

export interface BulkState<Item> {
  total: number;
  done: number;
  failed: readonly { item: Item; error: unknown }[];
  isOver: boolean;
}

export function freshBulk<Item>(total: number): BulkState<Item> {
  return { total, done: 0, failed: [], isOver: false };
}

/** Acts on each item; tells how far it is after each, and stops between two when told so. */
export async function runBulk<Item>(
  items: readonly Item[],
  act: (item: Item) => Promise<unknown>,
  { onProgress, signal }: { onProgress: (state: BulkState<Item>) => void; signal: AbortSignal },
): Promise<BulkState<Item>> {
  let state = freshBulk<Item>(items.length);
  for (const item of items) {
    if (signal.aborted) break;
    state = await attempt(state, item, act);
    onProgress(state);
  }
  const over = { ...state, isOver: true };
  onProgress(over);
  return over;
}

async function attempt<Item>(
  state: BulkState<Item>,
  item: Item,
  act: (item: Item) => Promise<unknown>,
): Promise<BulkState<Item>> {
  try {
    await act(item);
    return { ...state, done: state.done + 1 };
  } catch (error) {
    return { ...state, failed: [...state.failed, { item, error }] };
  }
}
