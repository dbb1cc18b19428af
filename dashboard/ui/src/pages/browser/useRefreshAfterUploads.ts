import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { listingKey, type Place } from "../../api/objects";
import { onUploadDone } from "../../lib/upload/news";

const CALM_MS = 400;

/** Loads the bucket's listings again after uploads into it, once for many that end together. */
export function useRefreshAfterUploads({ backend, bucket }: Place): void {
  const client = useQueryClient();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = onUploadDone(({ target }) => {
      if (target.backend !== backend || target.bucket !== bucket) return;
      clearTimeout(timer);
      timer = setTimeout(() => {
        void client.invalidateQueries({ queryKey: listingKey({ backend, bucket }) });
      }, CALM_MS);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [client, backend, bucket]);
}
