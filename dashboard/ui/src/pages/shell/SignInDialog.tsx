import { useQueryClient } from "@tanstack/react-query";
import { meQuery } from "../../api/me";
import { interruption } from "../../api/session";
import { Dialog, DialogBody } from "../../components/layers/Dialog";
import { t } from "../../lib/i18n";
import { SignInForm } from "../signin/SignInForm";

/** Asks for the sign-in again over the page; what was typed or queued goes on afterwards. */
export default function SignInDialog({ userId }: { userId: string }) {
  const client = useQueryClient();
  const resume = async () => {
    const me = await client.query({ ...meQuery, staleTime: 0 });
    if (me.id !== userId || me.must_change_pw) {
      // Somebody else's page must not go on with this person's rights.
      location.reload();
      return;
    }
    interruption.get()?.resume();
  };
  return (
    <Dialog title={t("session.ended")}>
      <DialogBody>
        <p>{t("session.endedText")}</p>
        <SignInForm onSignedIn={() => void resume()} />
      </DialogBody>
    </Dialog>
  );
}
