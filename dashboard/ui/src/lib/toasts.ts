/** Short messages in the corner: good news leaves by itself, errors stay until dismissed. */
import { createStore } from "./store";

export interface Toast {
  id: number;
  tone: "ok" | "err";
  text: string;
  requestId?: string | null;
  action?: { text: string; act: () => void };
}

const MOST_SHOWN = 3;
const SHOWN_MS = 6000;
/** As long as something can still be undone by the message. */
const OFFERED_MS = 30_000;

export const toasts = createStore<readonly Toast[]>([]);
let nextId = 1;

/** Shows a toast and answers its id; beyond three, the oldest good news gives way first. */
export function showToast(toast: Omit<Toast, "id">): number {
  const id = nextId++;
  const all = [...toasts.get(), { ...toast, id }];
  while (all.length > MOST_SHOWN) {
    const oldestGood = all.findIndex(({ tone }) => tone === "ok");
    all.splice(Math.max(0, oldestGood), 1);
  }
  toasts.set(all);
  return id;
}

/** How long good news is shown where nobody holds it. */
export function shownMs({ action }: Pick<Toast, "action">): number {
  return action === undefined ? SHOWN_MS : OFFERED_MS;
}

export function dismissToast(id: number): void {
  toasts.set(toasts.get().filter((toast) => toast.id !== id));
}

/** Does what the newest message offers, such as to undo; false where none offers anything. */
export function undoLast(): boolean {
  const offer = toasts.get().findLast(({ tone, action }) => tone === "ok" && action !== undefined);
  if (offer === undefined) return false;
  dismissToast(offer.id);
  offer.action?.act();
  return true;
}
