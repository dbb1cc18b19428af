import { useState } from "react";
import type { Place } from "../../api/objects";
import { Button } from "../../components/controls/Button";
import { Banner } from "../../components/feedback/Banner";
import { showError } from "../../components/feedback/showError";
import { t } from "../../lib/i18n";
import { baseName, visibleName } from "../../lib/keys";
import { useStore } from "../../lib/store";
import { unfinishedUploads } from "../../lib/upload/kept";
import { hasUploads } from "../../lib/upload/news";

const MOST_NAMED = 3;

/** Uploads that an earlier page began here: the same file goes on where it was. */
export default function Unfinished({ place: { backend, bucket } }: { place: Place }) {
  const all = useStore(unfinishedUploads.store);
  const isSending = useStore(hasUploads);
  const [isPending, setPending] = useState(false);
  const here = all.filter(({ target }) => target.backend === backend && target.bucket === bucket);
  // While this page sends, the tray tells of them.
  if (here.length === 0 || isSending) return null;
  const names = here.slice(0, MOST_NAMED).map(({ key }) => visibleName(baseName(key)));
  const discard = async () => {
    setPending(true);
    const { transport } = await import("../../api/uploads");
    for (const { target, key, uploadId } of here) {
      await transport.abort(target, { key, uploadId }).catch(showError);
      unfinishedUploads.forget(uploadId);
    }
    setPending(false);
  };
  return (
    <Banner
      tone="info"
      action={
        <Button kind="quiet" pending={isPending} onClick={() => void discard()}>
          {t("upload.discard")}
        </Button>
      }
    >
      {t("upload.unfinished", { count: here.length, names: names.join(", ") })}
    </Banner>
  );
}
