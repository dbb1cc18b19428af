import { afterEach, beforeEach, expect, it } from "vitest";
import { chooseLanguage } from "../lib/i18n";
import { ApiError, parseError } from "./error";
import { errorWords, loadErrorTexts } from "./errorText";

const REFUSAL = new ApiError({
  status: 400,
  code: "invalid_key",
  message: "told by the server",
  reason: "key.length",
  params: { limit: 1024, size_bytes: 2000 },
});

beforeEach(loadErrorTexts);
afterEach(() => chooseLanguage("en"));

it("takes title and cure from the code, and the sentence from the reason", () => {
  expect(errorWords(REFUSAL)).toEqual({
    title: "Key not valid",
    message: "A key has 1 to 1,024 bytes; this one has 2,000.",
    cure: "Choose another name for the object.",
  });
});

it("speaks German", async () => {
  await chooseLanguage("de");
  await loadErrorTexts();

  expect(errorWords(REFUSAL).message).toBe(
    "Ein Schlüssel hat 1 bis 1.024 Bytes; dieser hat 2.000.",
  );
});

it("tells a code it does not know by the server's message", () => {
  const error = new ApiError({ status: 418, code: "teapot", message: "I am short and stout." });

  expect(errorWords(error).message).toBe("I am short and stout.");
});

it("adds the detail, which names what the code cannot", () => {
  const error = new ApiError({
    status: 502,
    code: "backend_error",
    message: "",
    detail: "SlowDown",
  });

  expect(errorWords(error).message).toContain("(SlowDown)");
});

it("makes something of an answer that is no JSON", () => {
  const headers: Record<string, string> = { "X-Request-Id": "01K", "Retry-After": "7" };
  const error = parseError(502, "<html>", (name) => headers[name] ?? null);

  expect([error.code, error.requestId, error.retryAfterSeconds]).toEqual(["unknown", "01K", 7]);
  expect(errorWords(error).title).toBe("Unexpected answer");
});
