import { Mail } from "lucide-react";
import { lazy, Suspense } from "react";
import type { Share } from "../../api/schema.gen";
import { Button } from "../../components/controls/Button";
import { Copy } from "../../components/controls/Copy";
import { Banner } from "../../components/feedback/Banner";
import { Dialog, DialogActions, DialogBody } from "../../components/layers/Dialog";
import { formatDateTime } from "../../lib/format";
import { t } from "../../lib/i18n";
import styles from "./Work.module.css";

const QrCode = lazy(() => import("./QrCode"));

interface ShareLinkProps {
  share: Share;
  /** Empty where there is none, or it is not known any more. */
  password: string;
  onClose: () => void;
}

/** A link to hand over: to copy, to scan, to mail; the password goes another way. */
export function ShareLink({ share, password, onClose }: ShareLinkProps) {
  const url = new URL(share.url, location.href).href;
  return (
    <Dialog title={t("share.ready")} onClose={onClose}>
      <DialogBody>
        <div className={styles.link}>
          <code>{url}</code>
          <Copy text={url} label={t("action.copyOf", { name: t("share.link") })} />
        </div>
        <div className={styles.qr}>
          <Suspense>
            <QrCode text={url} />
          </Suspense>
        </div>
        {password !== "" && (
          <>
            <Banner tone="warn">{t("share.passwordApart")}</Banner>
            <div className={styles.link}>
              <code>{password}</code>
              <Copy text={password} label={t("action.copyOf", { name: t("share.password") })} />
            </div>
          </>
        )}
        <p>
          {share.kind === "upload" ? t("share.maySend") : t("share.mayRead")}{" "}
          {share.expires_at === undefined
            ? t("share.never")
            : t("share.until", { time: formatDateTime(share.expires_at) })}
        </p>
      </DialogBody>
      <DialogActions>
        <Button
          icon={<Mail size={16} aria-hidden />}
          onClick={() => location.assign(`mailto:?body=${encodeURIComponent(url)}`)}
        >
          {t("share.mail")}
        </Button>
        <Button kind="primary" autoFocus onClick={onClose}>
          {t("action.done")}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
