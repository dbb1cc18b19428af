/** The way down to a folder, one link per step. */
import type { Crumb } from "../../components/shell/Crumbs";
import { t } from "../../lib/i18n";

interface Place {
  backend: string;
  /** How the backend is called. */
  name: string;
  bucket: string | undefined;
  prefix: string | undefined;
}

/** Folder names may be empty (`a//b`); those are shown as a visible mark. */
export function objectCrumbs({ backend, name, bucket, prefix = "" }: Place): Crumb[] {
  const root = `/b/${encodeURIComponent(backend)}`;
  const crumbs: Crumb[] = [
    { label: t("rail.home"), href: "/" },
    { label: name, href: root },
  ];
  if (bucket === undefined) return crumbs;
  const base = `${root}/${encodeURIComponent(bucket)}`;
  crumbs.push({ label: bucket, href: base });
  let walked = "";
  for (const segment of prefix.split("/").slice(0, -1)) {
    walked += `${segment}/`;
    const label = segment === "" ? t("browser.emptyName") : segment;
    crumbs.push({ label, href: `${base}?prefix=${encodeURIComponent(walked)}` });
  }
  return crumbs;
}
