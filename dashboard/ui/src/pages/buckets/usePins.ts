import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { pinBucket, pinsQuery, unpinBucket } from "../../api/account";
import type { PinList } from "../../api/schema.gen";
import { showError } from "../../components/feedback/showError";

interface Change {
  backend: string;
  bucket: string;
  isOn: boolean;
}

/** One's pins of a backend, and how to change them: shown at once, taken back if refused. */
export function usePins(backend: string) {
  const client = useQueryClient();
  const pins = useQuery(pinsQuery).data;
  const { mutate } = useMutation({
    mutationFn: ({ bucket, isOn }: Change) =>
      isOn ? pinBucket(backend, bucket) : unpinBucket(backend, bucket),
    onMutate: (change) => {
      const before = client.getQueryData<PinList>(pinsQuery.queryKey);
      client.setQueryData<PinList>(pinsQuery.queryKey, (old) => changed(old, change));
      return before;
    },
    onError: (error, _change, before) => {
      client.setQueryData(pinsQuery.queryKey, before);
      showError(error);
    },
    onSettled: () => client.invalidateQueries({ queryKey: pinsQuery.queryKey }),
  });
  const pinned = useMemo(() => {
    const own = (pins ?? []).filter(({ backend_id }) => backend_id === backend);
    return new Set(own.map(({ bucket }) => bucket));
  }, [pins, backend]);
  return useMemo(
    () => ({ pinned, pin: (bucket: string, isOn: boolean) => mutate({ backend, bucket, isOn }) }),
    [pinned, backend, mutate],
  );
}

function changed(list: PinList | undefined, { backend, bucket, isOn }: Change): PinList {
  const others = (list?.pins ?? []).filter(
    (pin) => pin.backend_id !== backend || pin.bucket !== bucket,
  );
  const added = { backend_id: backend, bucket, created_at: new Date().toISOString() };
  return { pins: isOn ? [added, ...others] : others };
}
