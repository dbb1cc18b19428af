import { ArrowLeft, Download } from "lucide-react";
import { Suspense, useEffect, useRef } from "react";
import type { Source } from "../../api/source";
import { Button } from "../../components/controls/Button";
import { download } from "../../lib/download";
import { t } from "../../lib/i18n";
import { visibleName } from "../../lib/keys";
import { SharedPreview } from "./lookAt";
import styles from "./Visitor.module.css";

interface SharedFileLookProps {
  source: Source;
  onClose: () => void;
}

/** One file of a share in the place of the list; Escape leads back to it. */
export function SharedFileLook({ source, onClose }: SharedFileLookProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <div
      className={styles.look}
      onKeyDown={(event) => {
        if (event.key === "Escape" && !event.defaultPrevented) onClose();
      }}
    >
      <div className={styles.tools}>
        <Button icon={<ArrowLeft size={16} aria-hidden />} onClick={onClose}>
          {t("visitor.back")}
        </Button>
        <Button
          kind="primary"
          icon={<Download size={16} aria-hidden />}
          onClick={() => download(source.downloadUrl)}
        >
          {t("action.download")}
        </Button>
      </div>
      <h2 ref={heading} tabIndex={-1} className={styles.name}>
        {visibleName(source.name)}
      </h2>
      <Suspense fallback={<div className={styles.preview} />}>
        <SharedPreview source={source} />
      </Suspense>
    </div>
  );
}
