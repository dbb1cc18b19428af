import type { ReactNode } from "react";
import type { Place } from "../../api/objects";
import type { ObjectInfo } from "../../api/schema.gen";
import { Copy } from "../../components/controls/Copy";
import { formatBytes, formatExact } from "../../lib/format";
import { t } from "../../lib/i18n";
import { s3Uri, visibleName } from "../../lib/keys";
import styles from "./Details.module.css";

interface DetailsProps {
  place: Place;
  info: ObjectInfo;
}

/** What the store knows of the object. */
export function Details({ place, info }: DetailsProps) {
  const uri = s3Uri(place.bucket, info.key);
  const metadata = Object.entries(info.metadata ?? {});
  return (
    <div className={styles.details}>
      <dl className={styles.list}>
        <Fact name={t("object.key")} value={visibleName(info.key)} copied={info.key} />
        <Fact name={t("object.uri")} value={visibleName(uri)} copied={uri} />
        <Fact name={t("column.size")}>
          {formatBytes(info.size)} ({t("object.bytes", { count: info.size })})
        </Fact>
        {info.last_modified !== undefined && (
          <Fact name={t("column.modified")}>{formatExact(info.last_modified)}</Fact>
        )}
        <Fact name={t("object.type")} value={info.content_type} />
        <Fact name={t("object.etag")} value={info.etag} copied={info.etag} />
        <Fact name={t("column.storageClass")} value={info.storage_class} />
        <Fact name={t("object.version")} value={info.version_id} copied={info.version_id} />
      </dl>
      <h3>{t("object.metadata")}</h3>
      {metadata.length === 0 ? (
        <p className={styles.none}>{t("object.noMetadata")}</p>
      ) : (
        <dl className={styles.list}>
          {metadata.map(([name, value]) => (
            <Fact key={name} name={name} value={value} copied={value} />
          ))}
        </dl>
      )}
    </div>
  );
}

interface FactProps {
  name: string;
  value?: string | undefined;
  copied?: string | undefined;
  children?: ReactNode;
}

/** One known fact; unknown ones are left out. */
function Fact({ name, value, copied, children }: FactProps) {
  if (value === undefined && children === undefined) return null;
  return (
    <div className={styles.fact}>
      <dt>{name}</dt>
      <dd>
        <span>{children ?? <code>{value}</code>}</span>
        {copied !== undefined && <Copy text={copied} label={t("action.copyOf", { name })} />}
      </dd>
    </div>
  );
}
