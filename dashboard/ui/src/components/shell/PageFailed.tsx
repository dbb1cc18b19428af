import { type ErrorComponentProps, useRouter } from "@tanstack/react-router";
import { ErrorState } from "../feedback/ErrorState";

/** A page that could not be shown; the rest of the interface lives on. */
export function PageFailed({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const retry = () => {
    reset();
    void router.invalidate();
  };
  return <ErrorState isPage error={error} onRetry={retry} />;
}
