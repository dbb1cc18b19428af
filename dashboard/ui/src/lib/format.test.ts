import { describe, expect, it } from "vitest";
import { formatBytes, formatDuration, formatPercent, formatRelative } from "./format";

describe("formatBytes", () => {
  it.each([
    [0, "0 B"],
    [1023, "1,023 B"],
    [1024, "1 KiB"],
    [1536, "1.5 KiB"],
    [20 * 1024 ** 2, "20 MiB"],
    [1024 ** 2 - 1, "1 MiB"],
    [5.25 * 1024 ** 4, "5.25 TiB"],
  ])("writes %d as %s", (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });
});

it("says 100 % only when all is done", () => {
  expect(formatPercent(999, 1000)).toBe("99%");
  expect(formatPercent(1000, 1000)).toBe("100%");
  expect(formatPercent(0, 0)).toBe("100%");
});

it("tells past and coming times by their largest unit", () => {
  const now = Date.parse("2026-05-01T12:00:00Z");
  expect(formatRelative("2026-05-01T09:00:00Z", now)).toBe("3 hours ago");
  expect(formatRelative("2026-04-30T12:00:00Z", now)).toBe("yesterday");
  expect(formatRelative("2026-05-03T12:00:00Z", now)).toBe("in 2 days");
});

it("tells a length of time in its two largest units", () => {
  expect(formatDuration(45)).toBe("45s");
  expect(formatDuration(61)).toBe("1m 1s");
  expect(formatDuration(3 * 3600 + 125)).toBe("3h 2m");
});
