import { Button } from "../../components/controls/Button";
import { Dialog, DialogActions, DialogBody } from "../../components/layers/Dialog";
import { t, type TextKey } from "../../lib/i18n";
import styles from "./Palette.module.css";

const STEPS: readonly (readonly [title: TextKey, text: TextKey])[] = [
  ["tour.find", "tour.findText"],
  ["tour.work", "tour.workText"],
  ["tour.hand", "tour.handText"],
];

/** Three things to know, once; the palette has them again. */
export default function Tour({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title={t("tour.title")} onClose={onClose}>
      <DialogBody>
        <ol className={styles.steps}>
          {STEPS.map(([title, text]) => (
            <li key={title}>
              <strong>{t(title)}</strong>
              <span>{t(text)}</span>
            </li>
          ))}
        </ol>
        <p>
          <a href="/docs/" target="_blank" rel="noopener">
            {t("home.docs")}
          </a>
        </p>
      </DialogBody>
      <DialogActions>
        <Button kind="primary" autoFocus onClick={onClose}>
          {t("tour.begin")}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
