import type { ReactNode, SubmitEvent } from "react";
import { t } from "../../lib/i18n";
import { Button } from "../controls/Button";
import { Dialog, DialogActions, DialogBody } from "../layers/Dialog";
import { Refusal } from "./Refusal";

interface FormDialogProps {
  title: string;
  /** What the button that acts says. */
  action: string;
  onSubmit: () => void;
  onClose: () => void;
  /** The last answer, where it was a refusal. */
  error?: unknown;
  isPending?: boolean;
  /** False while something is still to be filled in. */
  isReady?: boolean;
  isDanger?: boolean;
  size?: "narrow" | "wide";
  /** Further actions, before Cancel. */
  extra?: ReactNode;
  children: ReactNode;
}

/** A dialog that asks for something and sends it; Enter sends too. */
export function FormDialog(props: FormDialogProps) {
  const { isPending = false, isReady = true, isDanger = false, size = "narrow" } = props;
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (isReady && !isPending) props.onSubmit();
  };
  return (
    <Dialog title={props.title} onClose={props.onClose} size={size} isAlert={isDanger}>
      <form onSubmit={submit}>
        <DialogBody>
          <Refusal error={props.error} />
          {props.children}
        </DialogBody>
        <DialogActions>
          {props.extra}
          <Button onClick={props.onClose}>{t("action.cancel")}</Button>
          <Button
            kind={isDanger ? "danger" : "primary"}
            type="submit"
            disabled={!isReady}
            pending={isPending}
          >
            {props.action}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
