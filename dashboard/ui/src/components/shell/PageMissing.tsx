import { Link } from "@tanstack/react-router";
import { t } from "../../lib/i18n";
import { EmptyState } from "../feedback/EmptyState";

/** There is no page at this address. */
export function PageMissing() {
  return (
    <main>
      <EmptyState
        isPage
        title={t("page.missing")}
        text={t("page.missingText")}
        action={<Link to="/">{t("page.home")}</Link>}
      />
    </main>
  );
}
