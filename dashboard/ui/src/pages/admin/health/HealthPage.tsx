import { useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { ClipboardCopy } from "lucide-react";
import { healthQuery } from "../../../api/backends";
import { endpointsQuery } from "../../../api/endpoints";
import {
  conditionQuery,
  type Probes,
  probesQuery,
  readinessQuery,
  versionQuery,
} from "../../../api/health";
import { Button } from "../../../components/controls/Button";
import { ErrorState } from "../../../components/feedback/ErrorState";
import { PageHead } from "../../../components/shell/PageHead";
import sheet from "../../../components/shell/Sheet.module.css";
import { t } from "../../../lib/i18n";
import { showToast } from "../../../lib/toasts";
import { useTitle } from "../../../lib/useTitle";
import { BackendSection } from "./BackendSection";
import { OwnParts } from "./OwnParts";
import { supportReport } from "./probes";

/** Uptime that cannot be read is unknown, which delays nothing else. */
const NONE: Probes = { series: [], readAt: 0 };

/** Whether the server and every backend are well, since when, and what is wrong if not. */
export function HealthPage() {
  useTitle(t("health.title"));
  const { backend } = useSearch({ from: "/shell/admin/health" });
  const health = useQuery(healthQuery);
  const endpoints = useQuery(endpointsQuery).data ?? [];
  const readiness = useQuery(readinessQuery);
  const version = useQuery(versionQuery);
  const probes = useQuery(probesQuery);
  const condition = useQuery(conditionQuery).data;
  const list = health.data ?? [];
  const down = list.filter(({ healthy }) => !healthy).length;
  const copy = async () => {
    const known = { version: version.data, readiness: readiness.data, backends: list, condition };
    await navigator.clipboard.writeText(supportReport(known, new Date()));
    showToast({ tone: "ok", text: t("health.reportCopied") });
  };

  return (
    <>
      <PageHead
        title={t("health.title")}
        note={health.data && t("health.summary", { count: list.length - down, total: list.length })}
      >
        <Button
          icon={<ClipboardCopy size={16} aria-hidden />}
          disabled={health.data === undefined}
          onClick={() => void copy()}
        >
          {t("health.copyReport")}
        </Button>
      </PageHead>
      <div className={sheet.page}>
        {health.isError && (
          <ErrorState error={health.error} onRetry={() => void health.refetch()} />
        )}
        {health.isPending && <p role="status">{t("state.loading")}</p>}
        {list.map((one) => (
          <BackendSection
            key={one.id}
            health={one}
            probes={probes.isError ? NONE : probes.data}
            endpoint={endpoints.find(({ id }) => id === one.id)}
            condition={condition}
            isMeant={one.id === backend}
          />
        ))}
        <OwnParts readiness={readiness} version={version.data} condition={condition} />
      </div>
    </>
  );
}
