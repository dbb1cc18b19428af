/** Which layer over the page is open: the palette, the list of keys, or the tour. */
import { createStore } from "./store";

export type Layer = "palette" | "keys" | "tour";

export const layer = createStore<Layer | null>(null);
