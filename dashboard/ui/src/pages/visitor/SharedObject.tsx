import { Download } from "lucide-react";
import type { SharedItem } from "../../api/schema.gen";
import { sharedFileUrl } from "../../api/visitor";
import { Button } from "../../components/controls/Button";
import { FileIcon } from "../../components/data/FileIcon";
import { download } from "../../lib/download";
import { formatBytes } from "../../lib/format";
import { t } from "../../lib/i18n";
import styles from "./Visitor.module.css";

interface SharedObjectProps {
  code: string;
  item: SharedItem;
}

/** One object: to look at where that is safe and costs nothing, and to save. */
export function SharedObject({ code, item }: SharedObjectProps) {
  // Where downloads are counted, looking would be one.
  const isFree = item.max_downloads === undefined;
  return (
    <>
      {isFree && <Media code={code} item={item} />}
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
    </>
  );
}

/** Only by elements that cannot run what they show. */
function Media({ code, item: { name, preview_kind: kind } }: SharedObjectProps) {
  const source = sharedFileUrl(code);
  if (kind === "image") {
    return <img className={styles.media} src={source} alt={t("preview.image", { name })} />;
  }
  if (kind === "video") {
    return (
      <video className={styles.media} src={source} aria-label={name} controls preload="metadata" />
    );
  }
  if (kind === "audio") return <audio src={source} aria-label={name} controls preload="metadata" />;
  return null;
}
