import { type ReactNode, useState } from "react";
import { t } from "../../lib/i18n";
import { Field } from "../controls/Field";
import { FormDialog } from "./FormDialog";

/** The part of a mutation that a dialog needs. */
export interface Act {
  mutate: () => void;
  isPending: boolean;
  error: unknown;
}

interface ConfirmDialogProps {
  title: string;
  action: string;
  act: Act;
  onClose: () => void;
  isDanger?: boolean;
  /** Given where the name has to be typed before. */
  typedName?: string;
  /** What is filled in before, and has the focus then; and whether that is done. */
  first?: ReactNode;
  isReady?: boolean;
  children?: ReactNode;
}

/** Says what is about to happen, and does it when told so. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { act, typedName, isDanger = false, isReady = true } = props;
  const [typed, setTyped] = useState("");
  return (
    <FormDialog
      title={props.title}
      action={props.action}
      onSubmit={() => act.mutate()}
      onClose={props.onClose}
      error={act.error}
      isPending={act.isPending}
      isReady={isReady && (typedName === undefined || typed === typedName)}
      isDanger={isDanger}
    >
      {props.first}
      {props.children}
      {typedName !== undefined && (
        <Field
          label={t("confirm.type", { name: typedName })}
          autoFocus={props.first === undefined}
          autoComplete="off"
          spellCheck={false}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
      )}
    </FormDialog>
  );
}
