import { useEffect, useReducer, useRef } from "react";
import { sendToShared } from "../../api/visitor";

export interface Sending {
  id: number;
  file: File;
  state: "waiting" | "sending" | "done" | "failed";
  sentBytes: number;
  error: unknown;
}

type Change = { added: File[] } | { id: number; next: Partial<Sending> };

function reduce(files: readonly Sending[], change: Change): readonly Sending[] {
  if ("added" in change) {
    const fresh = change.added.map((file, index): Sending => ({
      id: files.length + index,
      file,
      state: "waiting",
      sentBytes: 0,
      error: null,
    }));
    return [...files, ...fresh];
  }
  return files.map((one) => (one.id === change.id ? { ...one, ...change.next } : one));
}

/** Sends files one after the other; one that failed waits until it is tried again. */
export function useSending(code: string) {
  const [files, change] = useReducer(reduce, []);
  const stop = useRef(new AbortController());
  const next = files.some(({ state }) => state === "sending")
    ? undefined
    : files.find(({ state }) => state === "waiting");
  useEffect(() => {
    if (next === undefined) return;
    const { id, file } = next;
    const set = (to: Partial<Sending>) => change({ id, next: to });
    set({ state: "sending" });
    sendToShared(code, file, {
      signal: stop.current.signal,
      onProgress: (sentBytes) => set({ sentBytes }),
    }).then(
      () => set({ state: "done" }),
      (error: unknown) => set({ state: "failed", error }),
    );
  }, [code, next]);
  return {
    files,
    send: (added: File[]) => change({ added }),
    retry: (id: number) => change({ id, next: { state: "waiting", sentBytes: 0, error: null } }),
  };
}
