import { ApiError } from "../../api/error";
import { errorSentence } from "../../api/errorText";
import { showToast } from "../../lib/toasts";

/** Says in the corner what failed; for failures that have no better place. */
export function showError(error: unknown): void {
  const requestId = error instanceof ApiError ? error.requestId : null;
  showToast({ tone: "err", text: errorSentence(error), requestId });
}
