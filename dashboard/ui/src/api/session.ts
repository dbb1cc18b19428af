/**
 * What happens when the session ends in the middle: calls wait here until the person has signed
 * in again over the page, then they are repeated. Nothing that was typed or queued is lost.
 */
import { createStore } from "../lib/store";

interface Interruption {
  resume: () => void;
  abandon: () => void;
  ended: Promise<boolean>;
}

export const interruption = createStore<Interruption | null>(null);

/** Resolves to true once somebody signed in again, to false when they gave up. */
export function waitForSignIn(): Promise<boolean> {
  const current = interruption.get() ?? interrupt();
  return current.ended;
}

function interrupt(): Interruption {
  let settle: (signedIn: boolean) => void = () => undefined;
  const ended = new Promise<boolean>((resolve) => (settle = resolve));
  const end = (signedIn: boolean) => () => {
    interruption.set(null);
    settle(signedIn);
  };
  const created = { resume: end(true), abandon: end(false), ended };
  interruption.set(created);
  return created;
}
