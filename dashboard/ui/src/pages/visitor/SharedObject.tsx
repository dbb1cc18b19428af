import { Download } from "lucide-react";
import { Suspense, useMemo } from "react";
import type { SharedItem } from "../../api/schema.gen";
import { sharedFileUrl } from "../../api/visitor";
import { Button } from "../../components/controls/Button";
import { FileIcon } from "../../components/data/FileIcon";
import { download } from "../../lib/download";
import { formatBytes } from "../../lib/format";
import { t } from "../../lib/i18n";
import { SharedPreview, sourceOfItem } from "./lookAt";
import styles from "./Visitor.module.css";

interface SharedObjectProps {
  code: string;
  item: SharedItem;
}

/** One object: to look at where that is safe and costs nothing, and to save. */
export function SharedObject({ code, item }: SharedObjectProps) {
  const source = useMemo(() => sourceOfItem(code, item), [code, item]);
  return (
    <>
      <p className={styles.fact}>
        <FileIcon kind="object" name={item.name} />
        {item.content_type ?? t("preview.unknownType")}
        {item.size !== undefined && <> · {formatBytes(item.size)}</>}
      </p>
      <Button
        kind="primary"
        icon={<Download size={16} aria-hidden />}
        onClick={() => download(sharedFileUrl(code))}
      >
        {t("action.download")}
      </Button>
      {source !== null && (
        <Suspense fallback={<div className={styles.preview} />}>
          <SharedPreview source={source} />
        </Suspense>
      )}
    </>
  );
}
