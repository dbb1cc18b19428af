import { CircleAlert, CircleCheck, Info, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import styles from "./Banner.module.css";

const ICONS = { ok: CircleCheck, info: Info, warn: TriangleAlert, err: CircleAlert };

interface BannerProps {
  tone: keyof typeof ICONS;
  children: ReactNode;
  action?: ReactNode;
}

/** A sentence above what it is about; errors are announced at once. */
export function Banner({ tone, children, action }: BannerProps) {
  const Icon = ICONS[tone];
  return (
    <div className={styles.banner} data-tone={tone} role={tone === "err" ? "alert" : "status"}>
      <Icon size={16} aria-hidden />
      <div className={styles.text}>{children}</div>
      {action}
    </div>
  );
}
