import { X } from "lucide-react";
import type { ReactNode } from "react";
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import { useCover } from "../../lib/cover";
import { t } from "../../lib/i18n";
import { IconButton } from "../controls/Button";
import styles from "./Dialog.module.css";

interface DialogProps {
  title: string;
  children: ReactNode;
  /** Absent where there is no way back but to answer. */
  onClose?: () => void;
  isAlert?: boolean;
  size?: "narrow" | "wide";
}

/**
 * A dialog over the page: focus stays inside and returns to its opener.
 *
 * Import it only from modules that are loaded lazily: it brings React Aria along.
 */
export function Dialog({
  title,
  children,
  onClose,
  isAlert = false,
  size = "narrow",
}: DialogProps) {
  useCover();
  return (
    <ModalOverlay
      isOpen
      isDismissable={false}
      isKeyboardDismissDisabled={onClose === undefined}
      onOpenChange={(isOpen) => {
        if (!isOpen) onClose?.();
      }}
      className={styles.overlay ?? ""}
    >
      <Modal className={styles.modal ?? ""} data-size={size}>
        <AriaDialog role={isAlert ? "alertdialog" : "dialog"} className={styles.dialog ?? ""}>
          <div className={styles.head}>
            <Heading slot="title" className={styles.title ?? ""}>
              {title}
            </Heading>
            {onClose !== undefined && (
              <IconButton label={t("action.close")} onClick={onClose}>
                <X size={16} aria-hidden />
              </IconButton>
            )}
          </div>
          {children}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}

/** What a dialog says and asks; it scrolls when it is long. */
export function DialogBody({ children }: { children: ReactNode }) {
  return <div className={styles.body}>{children}</div>;
}

/** The answers; the one that acts stands last. */
export function DialogActions({ children }: { children: ReactNode }) {
  return <div className={styles.actions}>{children}</div>;
}
