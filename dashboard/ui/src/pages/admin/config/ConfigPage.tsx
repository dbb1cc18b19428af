import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { FileDown } from "lucide-react";
import { CONFIG_EXPORT_URL, configQuery } from "../../../api/config";
import { Button } from "../../../components/controls/Button";
import { Tabs } from "../../../components/controls/Tabs";
import { ErrorState } from "../../../components/feedback/ErrorState";
import { PageHead } from "../../../components/shell/PageHead";
import { download } from "../../../lib/download";
import { t } from "../../../lib/i18n";
import { useTitle } from "../../../lib/useTitle";
import { type ConfigTab, present } from "../../search";
import { FileView } from "./FileView";
import { ValuesView } from "./ValuesView";

/** What the file declares, whether it holds, and every value in force. */
export function ConfigPage() {
  useTitle(t("config.title"));
  const { tab = "file" } = useSearch({ from: "/shell/admin/config" });
  const navigate = useNavigate({ from: "/admin/config" });
  const state = useQuery(configQuery);
  const choose = (next: ConfigTab) =>
    void navigate({ search: present({ tab: next === "file" ? undefined : next }) });
  return (
    <>
      <PageHead title={t("config.title")} note={t("config.note")}>
        <Button
          icon={<FileDown size={16} aria-hidden />}
          onClick={() => download(CONFIG_EXPORT_URL, "stowage.yaml")}
        >
          {t("config.export")}
        </Button>
      </PageHead>
      {state.isError && <ErrorState error={state.error} onRetry={() => void state.refetch()} />}
      {state.isPending && <p role="status">{t("state.loading")}</p>}
      {state.data !== undefined && (
        <Tabs
          label={t("config.title")}
          tabs={[
            { id: "file", label: t("config.file") },
            { id: "values", label: t("config.values") },
          ]}
          chosen={tab}
          onChoose={choose}
        >
          {tab === "file" ? (
            <FileView state={state.data} />
          ) : (
            <ValuesView values={state.data.values} />
          )}
        </Tabs>
      )}
    </>
  );
}
