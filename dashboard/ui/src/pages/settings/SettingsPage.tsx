import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { FolderOpen } from "lucide-react";
import { accessQuery } from "../../api/backends";
import { meQuery } from "../../api/me";
import { Tabs } from "../../components/controls/Tabs";
import { EmptyState } from "../../components/feedback/EmptyState";
import { ErrorState } from "../../components/feedback/ErrorState";
import { PageHead } from "../../components/shell/PageHead";
import buttons from "../../components/controls/Button.module.css";
import { cx } from "../../lib/classes";
import { t, type TextKey } from "../../lib/i18n";
import { useTitle } from "../../lib/useTitle";
import { present, SETTINGS_PARTS, type SettingsPart } from "../search";
import { ContentsCard } from "./ContentsCard";
import { CorsCard } from "./CorsCard";
import { LifecycleCard } from "./LifecycleCard";
import { PolicyCard } from "./PolicyCard";
import { QuotaCard } from "./QuotaCard";
import styles from "./Settings.module.css";
import { UsageCard } from "./UsageCard";
import { VersioningCard } from "./VersioningCard";

const PARTS = {
  versioning: VersioningCard,
  usage: UsageCard,
  quota: QuotaCard,
  cors: CorsCard,
  lifecycle: LifecycleCard,
  policy: PolicyCard,
  contents: ContentsCard,
};
const TITLES: Record<SettingsPart, TextKey> = {
  versioning: "versioning.title",
  usage: "usage.title",
  quota: "quota.title",
  cors: "cors.title",
  lifecycle: "lifecycle.title",
  policy: "policy.title",
  contents: "contents.title",
};
/** Only administrators set limits. */
const FOR_ADMINS: readonly SettingsPart[] = ["quota"];

/** How a bucket behaves; each part loads, saves and fails by itself. */
export function SettingsPage() {
  const { backend, bucket } = useParams({ from: "/shell/b/$backend/$bucket/settings" });
  const { part = "versioning" } = useSearch({ from: "/shell/b/$backend/$bucket/settings" });
  const navigate = useNavigate({ from: "/b/$backend/$bucket/settings" });
  const access = useQuery(accessQuery(backend, bucket));
  const isAdmin = useSuspenseQuery(meQuery).data.role === "admin";
  useTitle(t("settings.title", { bucket }));
  const choose = (next: SettingsPart) => void navigate({ search: present({ part: next }) });
  const Part = PARTS[part];
  return (
    <>
      <PageHead title={t("settings.title", { bucket })}>
        <Link
          to="/b/$backend/$bucket"
          params={{ backend, bucket }}
          className={cx(buttons.button, buttons.default)}
        >
          <FolderOpen size={16} aria-hidden />
          {t("settings.browse")}
        </Link>
      </PageHead>
      {access.isError && <ErrorState error={access.error} onRetry={() => void access.refetch()} />}
      {access.data !== undefined && !access.data.levels.includes("configure") && (
        <EmptyState title={t("settings.forbidden")} text={t("settings.forbiddenText")} />
      )}
      {access.data?.levels.includes("configure") === true && (
        <Tabs
          label={t("settings.parts")}
          tabs={SETTINGS_PARTS.filter((id) => isAdmin || !FOR_ADMINS.includes(id)).map((id) => ({
            id,
            label: t(TITLES[id]),
          }))}
          chosen={part}
          onChoose={choose}
        >
          <div className={styles.part}>
            <Part key={`${backend}/${bucket}`} place={{ backend, bucket }} />
          </div>
        </Tabs>
      )}
    </>
  );
}
