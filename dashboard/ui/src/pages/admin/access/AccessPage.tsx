import { useNavigate, useSearch } from "@tanstack/react-router";
import { Tabs } from "../../../components/controls/Tabs";
import { PageHead } from "../../../components/shell/PageHead";
import { t } from "../../../lib/i18n";
import { useTitle } from "../../../lib/useTitle";
import { type AccessTab, present } from "../../search";
import { ExplainView } from "./ExplainView";
import { GrantsView } from "./GrantsView";

/** Who may do what: the grants, and the answer to "why may she" or "why not". */
export function AccessPage() {
  useTitle(t("access.title"));
  const { tab = "grants" } = useSearch({ from: "/shell/admin/access" });
  const navigate = useNavigate({ from: "/admin/access" });
  const choose = (next: AccessTab) =>
    void navigate({ search: present({ tab: next === "grants" ? undefined : next }) });
  return (
    <>
      <PageHead title={t("access.title")} note={t("access.note")} />
      <Tabs
        label={t("access.title")}
        tabs={[
          { id: "grants", label: t("grants.title") },
          { id: "explain", label: t("explain.title") },
        ]}
        chosen={tab}
        onChoose={choose}
      >
        {tab === "grants" ? <GrantsView /> : <ExplainView />}
      </Tabs>
    </>
  );
}
