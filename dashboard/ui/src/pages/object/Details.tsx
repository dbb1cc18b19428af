import type { Place } from "../../api/objects";
import type { ObjectInfo } from "../../api/schema.gen";
import { Fact, Facts } from "../../components/data/Facts";
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
  return (
    <div className={styles.details}>
      <Facts>
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
      </Facts>
    </div>
  );
}
