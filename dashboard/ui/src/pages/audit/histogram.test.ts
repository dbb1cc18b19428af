import { describe, expect, it } from "vitest";
import { barsOf, spanOf } from "./histogram";

const NOON = Date.parse("2026-05-01T12:00:00Z");

describe("the bars over the log", () => {
  it("show also the times in which nothing happened", () => {
    const answer = { step: 900, counts: [["2026-05-01T11:15:00Z", 3] as [string, number]] };
    const { bars } = barsOf(answer, { from: "2026-05-01T11:05:00Z" }, NOON);

    expect(bars.map(({ count }) => count)).toEqual([0, 3, 0, 0]);
    expect(bars[0]?.start).toBe(Date.parse("2026-05-01T11:00:00Z"));
  });

  it("are of the last day where no time was chosen", () => {
    expect(barsOf({ step: 3600, counts: [] }, {}, NOON).bars).toHaveLength(24);
  });

  it("leave out what lies outside of them", () => {
    const answer = { step: 3600, counts: [["2026-04-01T00:00:00Z", 9] as [string, number]] };

    expect(barsOf(answer, {}, NOON).bars.every(({ count }) => count === 0)).toBe(true);
  });

  it("lead to the time from one to another, in either direction", () => {
    const bars = barsOf({ step: 3600, counts: [] }, {}, NOON);

    expect(spanOf(bars, 3, 1)).toEqual({
      from: "2026-04-30T13:00:00Z",
      to: "2026-04-30T16:00:00Z",
    });
    expect(spanOf(bars, 0, 99)).toEqual({});
  });
});
