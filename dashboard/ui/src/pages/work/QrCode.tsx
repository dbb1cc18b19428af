import makeCode from "qrcode-generator";
import { useMemo } from "react";
import { t } from "../../lib/i18n";
import styles from "./QrCode.module.css";
import { QUIET, qrPath } from "./qrPath";

/** An address to scan with a phone; made here, so that nobody else learns of it. */
export default function QrCode({ text }: { text: string }) {
  const { path, size } = useMemo(() => {
    const code = makeCode(0, "M");
    code.addData(text);
    code.make();
    const count = code.getModuleCount();
    return { path: qrPath(count, (row, column) => code.isDark(row, column)), size: count };
  }, [text]);
  return (
    <svg
      role="img"
      aria-label={t("share.qr")}
      className={styles.code}
      viewBox={`${-QUIET} ${-QUIET} ${size + 2 * QUIET} ${size + 2 * QUIET}`}
      shapeRendering="crispEdges"
    >
      <path d={path} />
    </svg>
  );
}
