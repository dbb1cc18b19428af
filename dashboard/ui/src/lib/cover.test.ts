import { act, createElement } from "react";
import { createRoot } from "react-dom/client";
import { expect, it } from "vitest";
import { isCovered, useCover } from "./cover";

function Layer() {
  useCover();
  return null;
}

it("covers the page until the last layer is gone", () => {
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
  const root = createRoot(document.createElement("div"));
  const show = (keys: string[]) =>
    act(() => {
      root.render(keys.map((key) => createElement(Layer, { key })));
    });

  show(["below", "above"]);
  expect(isCovered.get()).toBe(true);
  show(["below"]);
  expect(isCovered.get()).toBe(true);
  show([]);
  expect(isCovered.get()).toBe(false);
});
