import { describe, expect, it } from "vitest";
import type { AuditEvent } from "../../api/schema.gen";
import { newestId, withNewer } from "./tail";

const event = (id: number, minute: number): AuditEvent => ({
  id,
  timestamp: `2026-05-01T12:${String(minute).padStart(2, "0")}:00Z`,
  action: "auth.login",
  status: "ok",
});
const pages = (...events: AuditEvent[]) => ({
  pages: [
    { events, total: 10 },
    { events: [event(1, 0)], total: 10 },
  ],
  pageParams: ["", "next"],
});

describe("what is new in the log", () => {
  it("stands before the rest, in the order of the log", () => {
    const found = withNewer(pages(event(5, 5), event(3, 3)), [event(6, 4), event(7, 7)]);

    expect(found.pages[0]?.events.map(({ id }) => id)).toEqual([7, 5, 6, 3]);
    expect(found.pages[0]?.total).toBe(12);
    expect(found.pages[1]?.events).toHaveLength(1);
  });

  it("is listed once, however often it arrives", () => {
    const found = withNewer(pages(event(5, 5)), [event(5, 5)]);

    expect(found.pages[0]?.events).toHaveLength(1);
    expect(found.pages[0]?.total).toBe(10);
  });

  it("is what has a higher number than all of the list", () => {
    expect(newestId([event(3, 9), event(8, 1)])).toBe(8);
    expect(newestId([])).toBe(0);
  });
});
