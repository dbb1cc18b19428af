import { useMemo, useState } from "react";
import type { Place } from "../../api/objects";
import type { ObjectVersion } from "../../api/schema.gen";
import { type Source, versionSource } from "../../api/source";
import { Select } from "../../components/controls/Field";
import { ErrorState } from "../../components/feedback/ErrorState";
import { Diff } from "../../components/forms/Diff";
import { Pair } from "../../components/forms/Check";
import { Dialog, DialogBody } from "../../components/layers/Dialog";
import { formatBytes, formatExact } from "../../lib/format";
import { looksLikeText } from "../../lib/hex";
import { t } from "../../lib/i18n";
import { baseName, visibleName } from "../../lib/keys";
import styles from "./Versions.module.css";
import { sourceKind } from "./sourceKind";
import { useStart } from "./useStart";

interface CompareDialogProps {
  place: Place;
  objectKey: string;
  /** The newest first, without markers of deletions; two at least. */
  versions: readonly ObjectVersion[];
  onClose: () => void;
}

/** What changed from one version to another: line by line, or as two pictures. */
export default function CompareDialog({ place, objectKey, versions, onClose }: CompareDialogProps) {
  const [before, setBefore] = useState(versions[1]?.version_id ?? "");
  const [after, setAfter] = useState(versions[0]?.version_id ?? "");
  const sourceOf = (id: string) => {
    const found = versions.find(({ version_id }) => version_id === id);
    return found && versionSource(place, objectKey, found);
  };
  const [old, fresh] = [sourceOf(before), sourceOf(after)];
  const choices = versions.map(({ version_id: id, last_modified: at, size }) => (
    <option key={id} value={id}>
      {`${at === undefined ? id : formatExact(at)} · ${formatBytes(size)}`}
    </option>
  ));
  return (
    <Dialog
      title={t("compare.title", { name: visibleName(baseName(objectKey)) })}
      size="wide"
      onClose={onClose}
    >
      <DialogBody>
        <Pair>
          <Select
            label={t("compare.before")}
            autoFocus
            value={before}
            onChange={({ target }) => setBefore(target.value)}
          >
            {choices}
          </Select>
          <Select
            label={t("compare.after")}
            value={after}
            onChange={({ target }) => setAfter(target.value)}
          >
            {choices}
          </Select>
        </Pair>
        {old !== undefined && fresh !== undefined && <Comparison before={old} after={fresh} />}
      </DialogBody>
    </Dialog>
  );
}

interface ComparisonProps {
  before: Source;
  after: Source;
}

function Comparison({ before, after }: ComparisonProps) {
  if (sourceKind(before) !== "image" || sourceKind(after) !== "image") {
    return <TextComparison before={before} after={after} />;
  }
  return (
    <div className={styles.pictures}>
      <img src={before.inlineUrl} alt={t("compare.before")} />
      <img src={after.inlineUrl} alt={t("compare.after")} />
    </div>
  );
}

function TextComparison({ before, after }: ComparisonProps) {
  const [old, fresh] = [useStart(before), useStart(after)];
  const isText = useMemo(
    () => looksLikeText(old.bytes) && looksLikeText(fresh.bytes),
    [old.bytes, fresh.bytes],
  );
  const failed = [old, fresh].find(({ query }) => query.isError)?.query;
  if (failed?.error != null) {
    return <ErrorState error={failed.error} onRetry={() => void failed.refetch()} />;
  }
  if (old.query.isPending || fresh.query.isPending) {
    return <p role="status">{t("state.loading")}</p>;
  }
  if (before.etag !== undefined && before.etag === after.etag) {
    return <p role="status">{t("compare.same")}</p>;
  }
  if (!isText) {
    const sizes = { before: formatBytes(before.size), after: formatBytes(after.size) };
    return <p role="status">{t("compare.noText", sizes)}</p>;
  }
  return (
    <>
      {(old.isCut || fresh.isCut) && (
        <p>{t("compare.cut", { size: formatBytes(Math.max(old.readBytes, fresh.readBytes)) })}</p>
      )}
      <Diff before={old.text} after={fresh.text} />
    </>
  );
}
