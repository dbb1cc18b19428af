import { beforeAll, describe, expect, it } from "vitest";
import { loadTexts } from "../../../lib/i18n";
import { certificateOf, clockOf, roomOf } from "./condition";

const NOW = Date.parse("2026-05-01T12:00:00Z");
const DAY = 24 * 3600 * 1000;

beforeAll(() => loadTexts("admin"));

describe("how good something is", () => {
  it.each([
    [0, "ok"],
    [-2, "ok"],
    [45, "ok"],
    [-300, "warn"],
    [900, "err"],
    [-100_000, "err"],
  ])("a clock that is %d seconds ahead: %s", (seconds, tone) => {
    expect(clockOf(seconds)[0]).toBe(tone);
  });

  it("says in which direction a clock is wrong", () => {
    expect(clockOf(1)[1]).toBe("Agrees with ours");
    expect(clockOf(70)[1]).toContain("ahead");
    expect(clockOf(-70)[1]).toContain("behind");
  });

  it.each([
    [-1, "err"],
    [DAY, "warn"],
    [15 * DAY, "ok"],
  ])("a certificate with %d ms left: %s", (left, tone) => {
    expect(certificateOf(new Date(NOW + left).toISOString(), NOW)[0]).toBe(tone);
  });

  it.each([
    [50, "ok"],
    [9, "warn"],
    [4, "err"],
  ])("a disk with %d %% free: %s", (free, tone) => {
    expect(roomOf({ name: "database", free_bytes: free, total_bytes: 100 })[0]).toBe(tone);
  });
});
