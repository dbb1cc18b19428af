/** Objects and folders that were cut or copied, until they are put down in another place. */
import { createStore } from "./store";

export interface Carried {
  kind: "copy" | "move";
  from: { backend: string; bucket: string; prefix: string };
  keys: readonly string[];
}

export const carried = createStore<Carried | null>(null);
