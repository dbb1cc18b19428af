import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ApiError } from "../../api/error";
import { meQuery } from "../../api/me";
import { t } from "../../lib/i18n";

/** The way from a backend's failure to its health, for who may look at that. */
export function HealthLink({ error }: { error: unknown }) {
  // Nobody is asked who this is only because something failed.
  const me = useQuery({ ...meQuery, enabled: false }).data;
  if (!(error instanceof ApiError) || error.code !== "backend_error") return null;
  if (me?.role !== "admin") return null;
  return <Link to="/admin/health">{t("health.see")}</Link>;
}
