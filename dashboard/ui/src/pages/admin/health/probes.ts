/** What the last probes of a backend say together. */
import type {
  EndpointHealth,
  Probe,
  Readiness,
  ServerCondition,
  Version,
} from "../../../api/schema.gen";

/** When the present state began, as far as the probes reach; absent without a probe. */
export function stateSince(history: readonly Probe[]): string | undefined {
  const last = history.at(-1);
  if (last === undefined) return undefined;
  const changed = history.findLastIndex(({ healthy }) => healthy !== last.healthy);
  return history[changed + 1]?.at;
}

/** Whether the state may have begun before the oldest probe. */
export function isOlder(history: readonly Probe[]): boolean {
  return new Set(history.map(({ healthy }) => healthy)).size === 1;
}

/** The middle and the slowest of the probes that were answered, in milliseconds. */
export function latencies(history: readonly Probe[]): { middle: number; slowest: number } | null {
  const sorted = history
    .filter(({ healthy }) => healthy)
    .map(({ latency_ms }) => latency_ms)
    .sort((a, b) => a - b);
  const [middle, slowest] = [sorted[Math.floor(sorted.length / 2)], sorted.at(-1)];
  return middle === undefined || slowest === undefined ? null : { middle, slowest };
}

interface Known {
  version: Version | undefined;
  readiness: Readiness | undefined;
  backends: readonly EndpointHealth[];
  condition: ServerCondition | undefined;
}

/** All of it as text to send to somebody: neither addresses nor keys stand in it. */
export function supportReport({ condition, ...known }: Known, now: Date): string {
  const { version, readiness, backends } = known;
  const checks = (readiness?.checks ?? []).map(({ name, ok, detail }) =>
    line(`- ${name}: ${ok ? "ok" : "failed"}`, detail),
  );
  const states = backends.map(({ id, healthy, latency_ms, last_error, history }) =>
    line(
      `- ${id}: ${healthy ? `healthy, ${latency_ms} ms` : "down"}` +
        `, ${history.filter((probe) => probe.healthy).length} of ${history.length} probes answered`,
      last_error,
    ),
  );
  return [
    `Stowage ${version?.version ?? "?"} (${version?.commit ?? "?"}), ${now.toISOString()}`,
    `Server: ${readiness?.status ?? "?"}`,
    ...checks,
    "Backends:",
    ...states,
    ...conditionLines(condition),
    "",
  ].join("\n");
}

/** Disks, certificates and clocks as the server told them. */
function conditionLines(condition: ServerCondition | undefined): string[] {
  if (condition === undefined) return [];
  const { disks, listeners, backends } = condition;
  return [
    "Surroundings:",
    ...disks.map(
      (disk) => `- disk of ${disk.name}: ${disk.free_bytes} of ${disk.total_bytes} free`,
    ),
    ...listeners.map(({ name, ends_at }) => `- certificate of ${name}: until ${ends_at ?? "?"}`),
    ...backends.map(
      ({ backend_id, skew_seconds, certificate_ends_at }) =>
        `- ${backend_id}: clock ${skew_seconds ?? "?"} s ahead, certificate until ${certificate_ends_at ?? "?"}`,
    ),
  ];
}

function line(text: string, detail = ""): string {
  return detail === "" ? text : `${text} (${detail})`;
}
