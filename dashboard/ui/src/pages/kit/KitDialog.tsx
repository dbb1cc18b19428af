import { Button } from "../../components/controls/Button";
import { Field } from "../../components/controls/Field";
import { Dialog, DialogActions, DialogBody } from "../../components/layers/Dialog";

/** A dialog as others look. */
export default function KitDialog({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="Create bucket" onClose={onClose}>
      <DialogBody>
        <Field label="Name" hint="3 to 63 of a-z, 0-9, - and ." />
      </DialogBody>
      <DialogActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button kind="primary" onClick={onClose}>
          Create bucket
        </Button>
      </DialogActions>
    </Dialog>
  );
}
