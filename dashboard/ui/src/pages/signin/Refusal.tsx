import { useEffect, useState } from "react";
import { ApiError } from "../../api/error";
import { errorWords, loadErrorTexts } from "../../api/errorText";
import { Banner } from "../../components/feedback/Banner";
import { t } from "../../lib/i18n";

/** Why the identity provider's answer opened no session; the address says the code and the reason. */
export function Refusal({ code, reason }: { code: string; reason: string | undefined }) {
  const [isLoaded, setLoaded] = useState(false);
  useEffect(() => {
    void loadErrorTexts().then(() => {
      setLoaded(true);
    });
  }, []);
  return <Banner tone="err">{sentence(code, isLoaded ? reason : undefined)}</Banner>;
}

function sentence(code: string, reason: string | undefined): string {
  if (code !== "oidc_failed") return t("signin.failed");
  if (reason === undefined) return t("signin.oidcFailed");
  // What is wrong with the set-up stands in the log, so this sentence alone is general.
  const params = { problem: t("signin.oidcSetUp") };
  const { message, cure } = errorWords(
    new ApiError({ status: 400, code, message: t("signin.oidcFailed"), reason, params }),
  );
  return `${message} ${cure}`;
}
