import { beforeEach, describe, expect, it, vi } from "vitest";
import { csrfToken, get, getBytes, post } from "./client";
import { ApiError } from "./error";
import { interruption } from "./session";

/** Answers one request after the other, and remembers what was asked. */
function serve(...answers: (() => Response)[]) {
  const asked: { url: string; init: RequestInit }[] = [];
  vi.stubGlobal("fetch", (url: string, init: RequestInit) => {
    asked.push({ url, init });
    const answer = answers.shift();
    return answer === undefined
      ? Promise.reject(new TypeError("no network"))
      : Promise.resolve(answer());
  });
  return asked;
}

const ok = (body: unknown) => () => Response.json(body);
const refusal = (status: number, code: string) => () =>
  Response.json({ error: { code, message: code, request_id: "01K" } }, { status });
const caught = (call: Promise<unknown>) => call.catch((error: unknown) => error);

beforeEach(() => {
  vi.unstubAllGlobals();
  document.cookie = "stowage_csrf=token-of-the-session; path=/";
});

it("sends the CSRF token with changes and with nothing else", async () => {
  const asked = serve(ok({}), ok({}));

  await get("/api/me");
  await post("/api/me/pins", { body: { bucket: "a" } });

  const tokens = asked.map(({ init }) => new Headers(init.headers).get("X-CSRF-Token"));
  expect(tokens).toEqual([null, "token-of-the-session"]);
});

it("answers undefined where there is no body", async () => {
  serve(() => new Response(null, { status: 204 }));

  expect(await post("/x")).toBeUndefined();
});

it("turns an error body into an ApiError", async () => {
  serve(refusal(404, "not_found"));

  const error = await caught(get("/x"));

  expect(error).toBeInstanceOf(ApiError);
  expect(error).toMatchObject({ status: 404, code: "not_found", requestId: "01K" });
});

it("says that the server cannot be reached", async () => {
  serve();

  expect(await caught(get("/x"))).toMatchObject({ status: 0, code: "offline", retryable: true });
});

describe("a session that ended", () => {
  it("is waited for, and the call repeated", async () => {
    const asked = serve(refusal(401, "unauthorized"), ok({ name: "a" }));

    const call = get("/x");
    await vi.waitUntil(() => interruption.get() !== null);
    interruption.get()?.resume();

    expect(await call).toEqual({ name: "a" });
    expect(asked).toHaveLength(2);
  });

  it("interrupts once, however many calls meet it", async () => {
    serve(refusal(401, "unauthorized"), refusal(401, "unauthorized"), ok(1), ok(2));

    const calls = Promise.all([get("/x"), get("/y")]);
    await vi.waitUntil(() => interruption.get() !== null);
    interruption.get()?.resume();

    expect(await calls).toEqual([1, 2]);
    expect(interruption.get()).toBeNull();
  });

  it("is an answer like any other where the call says so", async () => {
    serve(refusal(401, "unauthorized"));

    const error = await caught(get("/api/me", { interactive: false }));

    expect(error).toMatchObject({ code: "unauthorized" });
    expect(interruption.get()).toBeNull();
  });
});

describe("a CSRF token that lapsed", () => {
  it("is fetched anew once", async () => {
    const asked = serve(refusal(403, "csrf_invalid"), ok({}), ok({ done: true }));

    expect(await post("/x")).toEqual({ done: true });
    expect(asked.map(({ url }) => url)).toEqual(["/x", "/api/me", "/x"]);
  });

  it("is not fetched a second time", async () => {
    serve(refusal(403, "csrf_invalid"), ok({}), refusal(403, "csrf_invalid"));

    expect(await caught(post("/x"))).toMatchObject({ code: "csrf_invalid" });
  });
});

it("asks for a range of bytes, and takes an empty object for empty", async () => {
  const asked = serve(() => new Response("ab", { status: 206 }), refusal(416, "bad_range"));
  const read = () => getBytes("/object?key=a+b", { range: [0, 9] });

  expect(new TextDecoder().decode(await read())).toBe("ab");
  expect(await read()).toHaveLength(0);
  expect(asked[0]?.url).toBe("/object?key=a+b");
  expect(new Headers(asked[0]?.init.headers).get("Range")).toBe("bytes=0-9");
});

it("finds the token among other cookies", () => {
  expect(csrfToken("a=1; stowage_csrf=x-y_z; b=2")).toBe("x-y_z");
  expect(csrfToken("not_stowage_csrf=1")).toBe("");
});
