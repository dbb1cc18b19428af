import { beforeEach, expect, it } from "vitest";
import { dismissToast, showToast, shownMs, toasts, undoLast } from "./toasts";

beforeEach(() => toasts.set([]));

const texts = () => toasts.get().map(({ text }) => text);

it("shows at most three, and lets good news go first", () => {
  showToast({ tone: "err", text: "first error" });
  showToast({ tone: "ok", text: "good" });
  showToast({ tone: "err", text: "second error" });
  showToast({ tone: "err", text: "third error" });

  expect(texts()).toEqual(["first error", "second error", "third error"]);
});

it("dismisses only the one that was meant", () => {
  const id = showToast({ tone: "ok", text: "a" });
  showToast({ tone: "ok", text: "b" });

  dismissToast(id);

  expect(texts()).toEqual(["b"]);
});

it("does what the newest good news offers, once", () => {
  const done: string[] = [];
  const offer = (name: string) => ({ text: "Undo", act: () => void done.push(name) });
  showToast({ tone: "ok", text: "a", action: offer("a") });
  showToast({ tone: "ok", text: "b", action: offer("b") });
  showToast({ tone: "ok", text: "c" });

  expect([undoLast(), undoLast(), undoLast()]).toEqual([true, true, false]);
  expect(done).toEqual(["b", "a"]);
});

it("stays for half a minute where something can be undone", () => {
  expect(shownMs({})).toBe(6000);
  expect(shownMs({ action: { text: "Undo", act: () => undefined } })).toBe(30_000);
});
