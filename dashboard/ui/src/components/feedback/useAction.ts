import { useMutation, useQueryClient } from "@tanstack/react-query";
import { showToast } from "../../lib/toasts";
import { showError } from "./showError";

interface Outcome<Answer> {
  /** What is out of date afterwards. */
  stale: readonly (readonly unknown[])[];
  /** What to say when it went well. */
  done?: string | ((answer: Answer) => string);
  onDone?: (answer: Answer) => void;
}

/** A change to send from a dialog, which shows its refusal itself. */
export function useAction<Answer>(change: () => Promise<Answer>, outcome: Outcome<Answer>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: async (answer) => {
      await Promise.all(outcome.stale.map((queryKey) => client.invalidateQueries({ queryKey })));
      const { done } = outcome;
      if (done !== undefined) {
        showToast({ tone: "ok", text: typeof done === "string" ? done : done(answer) });
      }
      outcome.onDone?.(answer);
    },
  });
}

/** A change to send from a row or menu; a refusal is told in the corner. */
export function useQuickAction<Input>(
  change: (input: Input) => Promise<unknown>,
  stale: readonly (readonly unknown[])[],
) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: () => Promise.all(stale.map((queryKey) => client.invalidateQueries({ queryKey }))),
    onError: showError,
  });
}
