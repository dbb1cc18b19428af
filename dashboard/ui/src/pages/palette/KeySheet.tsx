import { Button } from "../../components/controls/Button";
import { Dialog, DialogActions, DialogBody } from "../../components/layers/Dialog";
import { t, type TextKey } from "../../lib/i18n";
import styles from "./Palette.module.css";

type Row = readonly [keys: string, text: TextKey];

const SHEETS: readonly (readonly [title: TextKey, rows: readonly Row[]])[] = [
  [
    "keys.everywhere",
    [
      ["Ctrl K", "palette.title"],
      ["/", "keys.filter"],
      ["?", "keys.title"],
      ["g h", "rail.home"],
      ["g s", "rail.shares"],
      ["g a", "rail.activity"],
      ["g c", "rail.credentials"],
      ["Esc", "keys.escape"],
    ],
  ],
  [
    "keys.lists",
    [
      ["↑ ↓", "keys.move"],
      ["Home End", "keys.ends"],
      ["Enter", "keys.open"],
      ["Space", "keys.select"],
      ["Shift ↑ ↓", "keys.range"],
      ["Ctrl A", "keys.all"],
      ["a … z", "keys.type"],
    ],
  ],
  [
    "keys.objects",
    [
      ["→ ←", "keys.inOut"],
      ["Shift F10", "keys.menu"],
      ["F2", "keys.rename"],
      ["Shift M", "keys.moveTo"],
      ["Shift C", "keys.copyTo"],
      ["Shift D", "action.download"],
      ["Shift S", "keys.share"],
      ["Shift V", "browser.versions"],
      ["Shift T", "browser.tags"],
      ["Shift N", "browser.newFolder"],
      ["Shift U", "upload.button"],
      ["Shift R", "action.refresh"],
      ["Del", "action.delete"],
      ["Ctrl X C V", "keys.carry"],
      ["Ctrl Z", "keys.undo"],
      ["f", "keys.full"],
      ["Tab", "keys.tab"],
    ],
  ],
];

/** Every key that does something. */
export default function KeySheet({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title={t("keys.title")} onClose={onClose} size="wide">
      <DialogBody>
        <div className={styles.sheet}>
          {SHEETS.map(([title, rows]) => (
            <section key={title}>
              <h3>{t(title)}</h3>
              <dl>
                {rows.map(([keys, text]) => (
                  <Row key={keys} keys={keys} text={text} />
                ))}
              </dl>
            </section>
          ))}
        </div>
      </DialogBody>
      <DialogActions>
        <Button kind="primary" autoFocus onClick={onClose}>
          {t("action.close")}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

function Row({ keys, text }: { keys: string; text: TextKey }) {
  return (
    <>
      <dt>
        <kbd className={styles.keys}>{keys}</kbd>
      </dt>
      <dd>{t(text)}</dd>
    </>
  );
}
