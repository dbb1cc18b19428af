import { useCallback, useEffect, useRef } from "react";

/**
 * A function that stays the same for all its life and does what the latest one does. For what is
 * called on a click or a key; not while rendering.
 */
export function useLatest<Arguments extends unknown[], Result>(
  latest: (...args: Arguments) => Result,
): (...args: Arguments) => Result {
  const kept = useRef(latest);
  useEffect(() => {
    kept.current = latest;
  });
  return useCallback((...args: Arguments) => kept.current(...args), []);
}
