import { beforeEach, expect, it } from "vitest";
import { dismissToast, showToast, toasts } from "./toasts";

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
