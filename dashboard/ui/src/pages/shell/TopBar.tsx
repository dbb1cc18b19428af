import { Link, useLocation, useParams, useSearch } from "@tanstack/react-router";
import { useQuery } from "@tanstack/react-query";
import { ListChecks, Menu, Search } from "lucide-react";
import { useEffect } from "react";
import { backendsQuery } from "../../api/backends";
import { isOpen, jobsQuery } from "../../api/jobs";
import type { Me } from "../../api/schema.gen";
import { Button, IconButton } from "../../components/controls/Button";
import buttons from "../../components/controls/Button.module.css";
import { Crumbs } from "../../components/shell/Crumbs";
import { cx } from "../../lib/classes";
import { type TextKey, t } from "../../lib/i18n";
import { layer } from "../../lib/layers";
import { AccountMenu } from "./AccountMenu";
import { objectCrumbs } from "./crumbs";
import styles from "./TopBar.module.css";

interface TopBarProps {
  me: Me;
  onOpenRail: () => void;
}

/** Where one is, and who one is. */
export function TopBar({ me, onOpenRail }: TopBarProps) {
  return (
    <header className={styles.bar}>
      <IconButton className={styles.menu} label={t("rail.open")} onClick={onOpenRail}>
        <Menu size={18} aria-hidden />
      </IconButton>
      <Here me={me} />
      <RunningJobs />
      <SearchButton />
      <AccountMenu me={me} />
    </header>
  );
}

/** The way to the palette for who does not know its key. */
function SearchButton() {
  return (
    <Button
      kind="quiet"
      className={styles.search}
      icon={<Search size={16} aria-hidden />}
      aria-label={t("topbar.search")}
      aria-keyshortcuts="Control+K"
      title={t("topbar.searchHint")}
      onClick={() => layer.set("palette")}
    >
      {t("topbar.search")}
    </Button>
  );
}

/** How much work is under way, and the way to it. */
function RunningJobs() {
  const count = useQuery(jobsQuery()).data?.filter(isOpen).length ?? 0;
  if (count === 0) return null;
  return (
    <Link to="/activity" className={cx(buttons.button, buttons.quiet)}>
      <ListChecks size={16} aria-hidden />
      <span className={styles.running}>{t("activity.running", { count })}</span>
    </Link>
  );
}

const PAGES: Readonly<Record<string, TextKey>> = {
  "/credentials": "rail.credentials",
  "/shares": "rail.shares",
  "/activity": "rail.activity",
  "/requests": "requests.title",
  "/account": "account.open",
  "/admin/dashboard": "rail.dashboard",
  "/admin/users": "rail.users",
  "/admin/groups": "rail.groups",
  "/admin/access": "rail.access",
  "/admin/backends": "rail.endpoints",
  "/admin/s3": "rail.proxy",
  "/admin/audit": "rail.audit",
  "/admin/quotas": "rail.quotas",
  "/admin/config": "rail.config",
  "/admin/health": "rail.health",
};

function Here({ me }: { me: Me }) {
  const { pathname } = useLocation();
  const page = PAGES[pathname];
  if (page === undefined) return <ObjectPlace user={me.id} />;
  const home = { label: t("rail.home"), href: "/" };
  return <Crumbs items={[home, { label: t(page), href: pathname }]} />;
}

function ObjectPlace({ user }: { user: string }) {
  const { backend, bucket } = useParams({ strict: false });
  const { prefix } = useSearch({ strict: false });
  const backends = useQuery(backendsQuery).data ?? [];
  useEffect(() => {
    if (backend === undefined || bucket === undefined) return;
    const place = { backend, bucket, prefix: prefix ?? "" };
    void import("../../lib/recents").then(({ noteRecent }) => noteRecent(user, place));
  }, [user, backend, bucket, prefix]);
  if (backend === undefined) return <div className={styles.space} />;
  const name = backends.find(({ id }) => id === backend)?.name ?? backend;
  return <Crumbs items={objectCrumbs({ backend, name, bucket, prefix })} />;
}
