import { describe, expect, it } from "vitest";
import type { Probe } from "../../../api/schema.gen";
import { isOlder, latencies, stateSince, supportReport } from "./probes";

const probe = (minute: number, healthy: boolean, latency_ms = 10): Probe => ({
  at: `2026-05-01T12:0${minute}:00Z`,
  healthy,
  latency_ms,
});

describe("the state of a backend", () => {
  it("began with the first probe after the last change", () => {
    const history = [probe(1, true), probe(2, false), probe(3, true), probe(4, true)];

    expect(stateSince(history)).toBe("2026-05-01T12:03:00Z");
    expect(isOlder(history)).toBe(false);
  });

  it("may be older than the oldest probe where none differs", () => {
    expect(stateSince([probe(1, false), probe(2, false)])).toBe("2026-05-01T12:01:00Z");
    expect(isOlder([probe(1, false), probe(2, false)])).toBe(true);
    expect(stateSince([])).toBeUndefined();
  });
});

it("counts only the time of probes that were answered", () => {
  const history = [probe(1, true, 30), probe(2, false, 5000), probe(3, true, 10)];

  expect(latencies(history)).toEqual({ middle: 30, slowest: 30 });
  expect(latencies([probe(1, false)])).toBeNull();
});

it("writes a report that can be sent to somebody", () => {
  const text = supportReport(
    {
      version: { version: "1.2.3", commit: "abc" },
      readiness: { status: "not_ready", checks: [{ name: "database", ok: false, detail: "away" }] },
      backends: [
        {
          id: "cold",
          name: "Cold",
          healthy: false,
          latency_ms: 0,
          last_error: "The backend cannot be reached.",
          history: [probe(1, true), probe(2, false)],
        },
      ],
      condition: {
        disks: [{ name: "database", free_bytes: 5, total_bytes: 9 }],
        listeners: [{ name: "server", ends_at: "2026-09-01T00:00:00Z" }],
        backends: [{ backend_id: "cold", skew_seconds: 3, certificate_ends_at: null }],
      },
    },
    new Date("2026-05-01T12:10:00Z"),
  );

  expect(text).toBe(`Stowage 1.2.3 (abc), 2026-05-01T12:10:00.000Z
Server: not_ready
- database: failed (away)
Backends:
- cold: down, 1 of 2 probes answered (The backend cannot be reached.)
Surroundings:
- disk of database: 5 of 9 free
- certificate of server: until 2026-09-01T00:00:00Z
- cold: clock 3 s ahead, certificate until ?
`);
});
