/** How large and which way round an image is looked at. */

export interface ImageView {
  /** Times its own size; null where it fits the frame. */
  zoom: number | null;
  /** Quarter turns to the right, 0 to 3. */
  turns: number;
}

export const FITTED: ImageView = { zoom: null, turns: 0 };
const STEPS = [0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4, 8];

/**
 * One step nearer or further away.
 *
 * @param fitted times its own size that it has while it fits, where the steps begin.
 */
export function zoomed(view: ImageView, direction: 1 | -1, fitted: number): ImageView {
  const now = view.zoom ?? fitted;
  const further = STEPS.filter((step) => (direction === 1 ? step > now : step < now));
  return { ...view, zoom: further.at(direction === 1 ? 0 : -1) ?? now };
}

export function turned({ zoom, turns }: ImageView): ImageView {
  return { zoom, turns: (turns + 1) % 4 };
}
