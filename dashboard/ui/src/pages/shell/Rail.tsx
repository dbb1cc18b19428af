import { Link, type LinkProps } from "@tanstack/react-router";
import {
  Cable,
  ChartLine,
  Gauge,
  HeartPulse,
  House,
  KeyRound,
  Link as LinkIcon,
  ListChecks,
  RefreshCw,
  ScrollText,
  Server,
  ShieldCheck,
  Users,
  UsersRound,
  X,
} from "lucide-react";
import { type ReactNode, useEffect } from "react";
import type { Me } from "../../api/schema.gen";
import { IconButton } from "../../components/controls/Button";
import { Mark } from "../../components/shell/Mark";
import { t, type TextKey } from "../../lib/i18n";
import { PRODUCT } from "../../lib/product";
import { BackendTree } from "./BackendTree";
import { Pinned } from "./Pinned";
import styles from "./Rail.module.css";

interface RailProps {
  me: Me;
  /** Whether the sheet is open; only narrow screens show the rail as one. */
  isOpen: boolean;
  onClose: () => void;
}

/** The way to every page; a sheet on narrow screens. */
export function Rail({ me, isOpen, onClose }: RailProps) {
  useEscape(isOpen, onClose);
  return (
    <>
      {isOpen && <div className={styles.backdrop} onClick={onClose} />}
      <nav className={styles.rail} data-open={isOpen} aria-label={t("rail.label")}>
        <div className={styles.brand}>
          <Link to="/" className={styles.home} onClick={onClose}>
            <Mark size={22} />
            <span>{PRODUCT}</span>
          </Link>
          <IconButton className={styles.close} label={t("rail.close")} onClick={onClose}>
            <X size={16} aria-hidden />
          </IconButton>
        </div>
        <div className={styles.scroll} onClick={(event) => closeOnLink(event.target, onClose)}>
          <ul>
            {LINKS.map(([to, Icon, text]) => (
              <RailLink key={to} to={to} icon={<Icon size={16} aria-hidden />} text={t(text)} />
            ))}
          </ul>
          <Pinned />
          <BackendTree />
          {me.role === "admin" && <AdminLinks />}
        </div>
      </nav>
    </>
  );
}

type RailRow = readonly [to: Page, icon: typeof Users, text: TextKey];

const LINKS: readonly RailRow[] = [
  ["/", House, "rail.home"],
  ["/shares", LinkIcon, "rail.shares"],
  ["/activity", ListChecks, "rail.activity"],
  ["/credentials", KeyRound, "rail.credentials"],
];

const ADMIN_LINKS: readonly RailRow[] = [
  ["/admin/dashboard", ChartLine, "rail.dashboard"],
  ["/admin/users", Users, "rail.users"],
  ["/admin/groups", UsersRound, "rail.groups"],
  ["/admin/access", ShieldCheck, "rail.access"],
  ["/admin/backends", Server, "rail.endpoints"],
  ["/admin/s3", Cable, "rail.proxy"],
  ["/admin/audit", ScrollText, "rail.audit"],
  ["/admin/quotas", Gauge, "rail.quotas"],
  ["/admin/config", RefreshCw, "rail.config"],
  ["/admin/health", HeartPulse, "rail.health"],
];

function AdminLinks() {
  return (
    <>
      <h2 className={styles.group}>{t("rail.admin")}</h2>
      <ul>
        {ADMIN_LINKS.map(([to, Icon, text]) => (
          <RailLink key={to} to={to} icon={<Icon size={16} aria-hidden />} text={t(text)} />
        ))}
      </ul>
    </>
  );
}

type Page = NonNullable<LinkProps["to"]>;

interface RailLinkProps {
  to: NonNullable<LinkProps["to"]>;
  icon: ReactNode;
  text: string;
}

function RailLink({ to, icon, text }: RailLinkProps) {
  return (
    <li>
      <Link to={to} className={styles.link} activeOptions={{ exact: true, includeSearch: false }}>
        {icon}
        <span>{text}</span>
      </Link>
    </li>
  );
}

function closeOnLink(target: EventTarget, onClose: () => void): void {
  if (target instanceof Element && target.closest("a") !== null) onClose();
}

function useEscape(isOn: boolean, act: () => void): void {
  useEffect(() => {
    if (!isOn) return;
    const listen = (event: KeyboardEvent) => {
      if (event.key === "Escape") act();
    };
    addEventListener("keydown", listen);
    return () => removeEventListener("keydown", listen);
  }, [isOn, act]);
}
