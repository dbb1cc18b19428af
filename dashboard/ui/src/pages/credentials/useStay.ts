import { useRouter } from "@tanstack/react-router";
import { useEffect } from "react";

/** While a secret is shown: neither a link nor "back" nor closing the tab may take it away. */
export function useStay(): void {
  const { history } = useRouter();
  useEffect(() => history.block({ blockerFn: () => true, enableBeforeUnload: true }), [history]);
}
