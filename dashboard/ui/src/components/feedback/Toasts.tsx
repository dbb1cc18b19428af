import { CircleAlert, CircleCheck, X } from "lucide-react";
import { useEffect, useState } from "react";
import { t } from "../../lib/i18n";
import { useStore } from "../../lib/store";
import { dismissToast, shownMs, type Toast, toasts } from "../../lib/toasts";
import { Button, IconButton } from "../controls/Button";
import { Copy } from "../controls/Copy";
import styles from "./Toasts.module.css";

/** The corner with the messages; always in the page, so that screen readers follow it. */
export function Toasts() {
  const shown = useStore(toasts);
  return (
    <section className={styles.region} aria-label={t("toast.region")}>
      {shown.map((toast) => (
        <Message key={toast.id} toast={toast} />
      ))}
    </section>
  );
}

function Message({ toast }: { toast: Toast }) {
  const [isHeld, setHeld] = useState(false);
  useLeaveByItself(toast, isHeld);
  const Icon = toast.tone === "ok" ? CircleCheck : CircleAlert;
  return (
    <div
      role={toast.tone === "ok" ? "status" : "alert"}
      className={styles.toast}
      data-tone={toast.tone}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <Icon size={16} aria-hidden />
      <div className={styles.text}>
        {toast.text}
        {typeof toast.requestId === "string" && (
          <div className={styles.request}>
            <code>{toast.requestId}</code>
            <Copy text={toast.requestId} label={t("error.copyRequestId")} />
          </div>
        )}
      </div>
      {toast.action !== undefined && (
        <Button kind="quiet" onClick={toast.action.act}>
          {toast.action.text}
        </Button>
      )}
      <IconButton label={t("toast.dismiss")} onClick={() => dismissToast(toast.id)}>
        <X size={14} aria-hidden />
      </IconButton>
    </div>
  );
}

/** Good news leaves after a while in which it was neither held nor out of sight. */
function useLeaveByItself(toast: Toast, isHeld: boolean): void {
  useEffect(() => {
    if (toast.tone !== "ok" || isHeld) return;
    const timer = setInterval(() => {
      if (!document.hidden) dismissToast(toast.id);
    }, shownMs(toast));
    return () => clearInterval(timer);
  }, [toast, isHeld]);
}
