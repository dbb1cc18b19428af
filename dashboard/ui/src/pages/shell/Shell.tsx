import { useSuspenseQuery } from "@tanstack/react-query";
import { Outlet, useLocation } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { meQuery } from "../../api/me";
import { interruption } from "../../api/session";
import { Toasts } from "../../components/feedback/Toasts";
import { isCovered } from "../../lib/cover";
import { t } from "../../lib/i18n";
import { useStore } from "../../lib/store";
import { hasUploads } from "../../lib/upload/news";
import { Layers } from "./Layers";
import { Rail } from "./Rail";
import styles from "./Shell.module.css";
import { TopBar } from "./TopBar";

const SignInDialog = lazy(() => import("./SignInDialog"));
const UploadTray = lazy(() => import("../../components/uploads/UploadTray"));

/** The frame of every page after sign-in: rail, top bar, and the page in the middle. */
export function Shell() {
  const me = useSuspenseQuery(meQuery).data;
  const [isRailOpen, setRailOpen] = useState(false);
  const isInterrupted = useStore(interruption) !== null;
  const needsTray = useStore(hasUploads);
  const { pathname } = useLocation();
  const main = useFocusAfterNavigation(pathname);

  return (
    <>
      <div className={styles.shell} inert={useStore(isCovered)}>
        <a className={styles.skip} href="#main" onClick={() => main.current?.focus()}>
          {t("shell.skip")}
        </a>
        <Rail me={me} isOpen={isRailOpen} onClose={() => setRailOpen(false)} />
        <div className={styles.column}>
          <TopBar me={me} onOpenRail={() => setRailOpen(true)} />
          <main id="main" ref={main} tabIndex={-1} className={styles.main}>
            <Outlet />
          </main>
        </div>
        <Suspense>{needsTray && <UploadTray />}</Suspense>
      </div>
      <Toasts />
      <Layers me={me} />
      {isInterrupted && (
        <Suspense>
          <SignInDialog userId={me.id} />
        </Suspense>
      )}
    </>
  );
}

/** Moves focus to the page when its address changes, but not when it is opened. */
function useFocusAfterNavigation(pathname: string) {
  const main = useRef<HTMLElement>(null);
  const shown = useRef(pathname);
  useEffect(() => {
    if (shown.current === pathname) return;
    shown.current = pathname;
    main.current?.focus();
  }, [pathname]);
  return main;
}
