import { Link } from "@tanstack/react-router";
import { ChevronRight } from "lucide-react";
import { t } from "../../lib/i18n";
import styles from "./Crumbs.module.css";

export interface Crumb {
  label: string;
  href: string;
}

/** The way to this place; the last step is the place itself. */
export function Crumbs({ items }: { items: Crumb[] }) {
  return (
    <nav className={styles.crumbs} aria-label={t("shell.crumbs")}>
      <ol>
        {items.map(({ label, href }, index) => {
          const isLast = index === items.length - 1;
          return (
            <li key={href}>
              {index > 0 && <ChevronRight size={14} aria-hidden className={styles.sign} />}
              {isLast ? (
                <span className={styles.here} aria-current="page" title={label}>
                  {label}
                </span>
              ) : (
                <Link to={href} className={styles.link} title={label}>
                  {label}
                </Link>
              )}
            </li>
          );
        })}
      </ol>
    </nav>
  );
}
