import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { SignInForm } from "./SignInForm";

let root: Root;
let page: HTMLElement;

beforeEach(() => {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  vi.useFakeTimers({ shouldAdvanceTime: true });
  page = document.body.appendChild(document.createElement("div"));
  root = createRoot(page);
});
afterEach(() => {
  act(() => root.unmount());
  page.remove();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function answer(status: number, error: object) {
  const headers = { "Content-Type": "application/json" };
  vi.stubGlobal("fetch", () =>
    Promise.resolve(new Response(JSON.stringify({ error }), { status, headers })),
  );
}

async function submit(): Promise<void> {
  const onSignedIn = vi.fn();
  await act(async () => {
    root.render(
      <QueryClientProvider client={new QueryClient()}>
        <SignInForm onSignedIn={onSignedIn} />
      </QueryClientProvider>,
    );
    await Promise.resolve();
  });
  await act(async () => {
    page.querySelector("form")?.dispatchEvent(new Event("submit", { bubbles: true }));
    await vi.waitUntil(() => page.querySelector("[role=alert][data-tone]") !== null);
  });
}

const button = () => page.querySelector("button[type=submit]");

it("counts down on the button while the account is locked, and then lets one try again", async () => {
  answer(429, { code: "account_locked", message: "Locked.", retry_after: 75 });

  await submit();
  await act(() => vi.advanceTimersByTimeAsync(1));
  expect(button()?.textContent).toBe("Try again in 1:15");
  expect(button()?.getAttribute("aria-disabled")).toBe("true");

  await act(() => vi.advanceTimersByTimeAsync(76_000));
  expect(button()?.textContent).toBe("Sign in");
  expect(page.querySelector("[role=alert][data-tone]")).toBeNull();
});

it("says that the name or the password is wrong, and not which", async () => {
  answer(401, { code: "invalid_credentials", message: "Wrong.", retry_after: null });

  await submit();

  const told = page.querySelector("[role=alert][data-tone]")?.textContent;
  expect(told).toContain("The user name or password is wrong.");
  expect(button()?.textContent).toBe("Sign in");
});
