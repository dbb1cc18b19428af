import { useNavigate, useSearch } from "@tanstack/react-router";
import { Tabs } from "../../../components/controls/Tabs";
import { PageHead } from "../../../components/shell/PageHead";
import { t } from "../../../lib/i18n";
import { useTitle } from "../../../lib/useTitle";
import { present, type ProxyTab } from "../../search";
import { AliasesView } from "./AliasesView";
import { AllCredentialsView } from "./AllCredentialsView";
import { PublicView } from "./PublicView";

const VIEWS = { credentials: AllCredentialsView, public: PublicView, aliases: AliasesView };

/** The S3 endpoint: who holds keys, what strangers may read, and other names of buckets. */
export function ProxyPage() {
  useTitle(t("proxy.title"));
  const { tab = "credentials" } = useSearch({ from: "/shell/admin/s3" });
  const navigate = useNavigate({ from: "/admin/s3" });
  const choose = (next: ProxyTab) =>
    void navigate({ search: present({ tab: next === "credentials" ? undefined : next }) });
  const View = VIEWS[tab];
  return (
    <>
      <PageHead title={t("proxy.title")} note={t("proxy.note")} />
      <Tabs
        label={t("proxy.title")}
        tabs={[
          { id: "credentials", label: t("proxy.credentials") },
          { id: "public", label: t("public.title") },
          { id: "aliases", label: t("aliases.title") },
        ]}
        chosen={tab}
        onChoose={choose}
      >
        <View />
      </Tabs>
    </>
  );
}
