/** What each page keeps in its address; anything malformed is left out. */

type Raw = Record<string, unknown>;
type Shape<T> = { [Name in keyof T]?: Exclude<T[Name], undefined> };
/** Changes to a search; `undefined` and `""` take a member out. */
export type Changes<T> = { [Name in keyof T]?: T[Name] | undefined };

/** Leaves absent and empty members out, so that they do not stand in the address. */
export function present<T extends object>(values: T): Shape<T> {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined && value !== "");
  return Object.fromEntries(entries) as Shape<T>;
}

function text(raw: Raw, name: string): string | undefined {
  const value = raw[name];
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return typeof value === "string" && value !== "" ? value : undefined;
}

function oneOf<T extends string>(raw: Raw, name: string, allowed: readonly T[]): T | undefined {
  return allowed.find((value) => value === raw[name]);
}

function moment(raw: Raw, name: string): string | undefined {
  const value = text(raw, name);
  return value === undefined || Number.isNaN(Date.parse(value)) ? undefined : value;
}

export const login = (raw: Raw) =>
  present({ next: text(raw, "next"), error: text(raw, "error"), reason: text(raw, "reason") });

export const password = (raw: Raw) => present({ next: text(raw, "next") });

export const BUCKET_SORTS = ["name", "-name", "size", "-size", "created", "-created"] as const;
export type BucketSort = (typeof BUCKET_SORTS)[number];
export const buckets = (raw: Raw) =>
  present({ filter: text(raw, "filter"), sort: oneOf(raw, "sort", BUCKET_SORTS) });

export const OBJECT_SORTS = ["name", "-name", "size", "-size", "modified", "-modified"] as const;
export type ObjectSort = (typeof OBJECT_SORTS)[number];
export const PANEL_TABS = ["preview", "details", "metadata", "versions", "tags"] as const;
export type PanelTab = (typeof PANEL_TABS)[number];
export type BrowserSearch = ReturnType<typeof browser>;
export const browser = (raw: Raw) =>
  present({
    prefix: text(raw, "prefix"),
    filter: text(raw, "filter"),
    sort: oneOf(raw, "sort", OBJECT_SORTS),
    object: text(raw, "object"),
    panel: oneOf(raw, "panel", PANEL_TABS),
    view: oneOf<"full">(raw, "view", ["full"]),
    deleted: oneOf<"shown">(raw, "deleted", ["shown"]),
  });

export const RANGES = ["hour", "day", "week", "month"] as const;
export type Range = (typeof RANGES)[number];
export type DashboardSearch = ReturnType<typeof dashboard>;
/** A range back from now, or the time between two moments. */
export const dashboard = (raw: Raw) =>
  present({
    range: oneOf(raw, "range", RANGES),
    from: moment(raw, "from"),
    to: moment(raw, "to"),
  });

const SCOPES = ["own", "all"] as const;
export const activity = (raw: Raw) =>
  present({ scope: oneOf(raw, "scope", SCOPES), job: text(raw, "job") });
export const shares = (raw: Raw) =>
  present({ scope: oneOf(raw, "scope", SCOPES), filter: text(raw, "filter") });

export const SETTINGS_PARTS = [
  "versioning",
  "usage",
  "quota",
  "cors",
  "lifecycle",
  "policy",
  "contents",
] as const;
export type SettingsPart = (typeof SETTINGS_PARTS)[number];
export const settings = (raw: Raw) => present({ part: oneOf(raw, "part", SETTINGS_PARTS) });

export const AUDIT_STATUSES = ["ok", "denied", "error"] as const;
export type AuditSearch = ReturnType<typeof audit>;
export const audit = (raw: Raw) =>
  present({
    user: text(raw, "user"),
    action: text(raw, "action"),
    backend: text(raw, "backend"),
    bucket: text(raw, "bucket"),
    status: oneOf(raw, "status", AUDIT_STATUSES),
    from: text(raw, "from"),
    to: text(raw, "to"),
    key_prefix: text(raw, "key_prefix"),
    ip: text(raw, "ip"),
    request_id: text(raw, "request_id"),
    event: text(raw, "event"),
  });

export const users = (raw: Raw) => present({ query: text(raw, "query"), user: text(raw, "user") });

export const groups = (raw: Raw) => present({ query: text(raw, "query") });

export const ACCESS_TABS = ["grants", "explain"] as const;
export type AccessTab = (typeof ACCESS_TABS)[number];
export type ExplainSearch = ReturnType<typeof access>;
export const access = (raw: Raw) =>
  present({
    tab: oneOf(raw, "tab", ACCESS_TABS),
    who: text(raw, "who"),
    action: text(raw, "action"),
    backend: text(raw, "backend"),
    bucket: text(raw, "bucket"),
    key: text(raw, "key"),
  });

export const endpoints = (raw: Raw) =>
  present({ filter: text(raw, "filter"), backend: text(raw, "backend") });

export const health = (raw: Raw) => present({ backend: text(raw, "backend") });

export const quotas = (raw: Raw) => present({ filter: text(raw, "filter") });

export const requests = (raw: Raw) => present({ id: text(raw, "id") });

export type ConfigTab = "file" | "values";
export const config = (raw: Raw) =>
  present({ tab: oneOf<ConfigTab>(raw, "tab", ["file", "values"]) });

export const PROXY_TABS = ["credentials", "public", "aliases"] as const;
export type ProxyTab = (typeof PROXY_TABS)[number];
export const proxy = (raw: Raw) =>
  present({ tab: oneOf(raw, "tab", PROXY_TABS), filter: text(raw, "filter") });
