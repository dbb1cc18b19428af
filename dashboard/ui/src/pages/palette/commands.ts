/** Everything that the palette offers beside what it finds on the server. */
import type { Backend, Me, Pin } from "../../api/schema.gen";
import { t, type TextKey } from "../../lib/i18n";
import { layer } from "../../lib/layers";
import { chooseTheme } from "../../lib/theme";

export interface Command {
  id: string;
  group: TextKey;
  text: string;
  /** Keys that do the same without the palette. */
  keys?: string;
  href?: string;
  act?: () => void;
}

type Page = readonly [href: string, text: TextKey, keys: string];

const PAGES: readonly Page[] = [
  ["/", "rail.home", "g h"],
  ["/shares", "rail.shares", "g s"],
  ["/activity", "rail.activity", "g a"],
  ["/credentials", "rail.credentials", "g c"],
  ["/requests", "requests.title", ""],
  ["/account", "account.open", ""],
];
const ADMIN_PAGES: readonly Page[] = [
  ["/admin/dashboard", "rail.dashboard", "g d"],
  ["/admin/users", "rail.users", "g u"],
  ["/admin/groups", "rail.groups", ""],
  ["/admin/access", "rail.access", ""],
  ["/admin/backends", "rail.endpoints", "g b"],
  ["/admin/s3", "rail.proxy", "g p"],
  ["/admin/audit", "rail.audit", "g l"],
  ["/admin/quotas", "rail.quotas", ""],
  ["/admin/config", "rail.config", ""],
  ["/admin/health", "rail.health", "g y"],
];

/** The pages that somebody may open. */
export function pageCommands(me: Me): Command[] {
  const pages = me.role === "admin" ? [...PAGES, ...ADMIN_PAGES] : PAGES;
  return pages.map(([href, text, keys]) => ({
    id: `page:${href}`,
    group: "palette.goTo",
    text: t(text),
    href,
    ...(keys !== "" && { keys }),
  }));
}

/** Where `g` and a letter lead. */
export function pageOfKey(me: Me, key: string): string | undefined {
  return pageCommands(me).find(({ keys }) => keys === `g ${key}`)?.href;
}

export function placeCommands(backends: readonly Backend[], pins: readonly Pin[]): Command[] {
  return [
    ...pins.map(({ backend_id, bucket }): Command => ({
      id: `pin:${backend_id}/${bucket}`,
      group: "rail.pinned",
      text: `${backend_id} / ${bucket}`,
      href: bucketHref(backend_id, bucket),
    })),
    ...backends.map(({ id, name }): Command => ({
      id: `backend:${id}`,
      group: "rail.backends",
      text: name,
      href: `/b/${encodeURIComponent(id)}`,
    })),
  ];
}

export function actionCommands(): Command[] {
  const open = (next: "keys" | "tour") => () => layer.set(next);
  return [
    { id: "keys", group: "palette.help", text: t("keys.title"), keys: "?", act: open("keys") },
    { id: "tour", group: "palette.help", text: t("tour.again"), act: open("tour") },
    {
      id: "docs",
      group: "palette.help",
      text: t("home.docs"),
      act: () => void window.open("/docs/", "_blank", "noopener"),
    },
    {
      id: "dark",
      group: "palette.actions",
      text: t("palette.dark"),
      act: () => chooseTheme("dark"),
    },
    {
      id: "light",
      group: "palette.actions",
      text: t("palette.light"),
      act: () => chooseTheme("light"),
    },
  ];
}

/** The address of a bucket, or of a folder in it, with an object's panel open if one is meant. */
export function bucketHref(backend: string, bucket: string, key = ""): string {
  const base = `/b/${encodeURIComponent(backend)}/${encodeURIComponent(bucket)}`;
  if (key === "") return base;
  const prefix = key.slice(0, key.lastIndexOf("/") + 1);
  const search = new URLSearchParams();
  if (prefix !== "") search.set("prefix", prefix);
  if (key !== prefix) search.set("object", key);
  return `${base}?${search.toString()}`;
}
