import type { UseQueryResult } from "@tanstack/react-query";
import type { Readiness, Version } from "../../../api/schema.gen";
import { Fact, Facts } from "../../../components/data/Facts";
import { StatusDot } from "../../../components/data/Status";
import { ErrorState } from "../../../components/feedback/ErrorState";
import sheet from "../../../components/shell/Sheet.module.css";
import { t, type TextKey } from "../../../lib/i18n";
import styles from "./Health.module.css";

/** The server's checks in words; one without words is shown by its name. */
const CHECKS: Readonly<Record<string, TextKey>> = {
  database: "health.database",
  migrations: "health.migrations",
  sealing_key: "health.sealingKey",
  not_draining: "health.running",
};

interface OwnPartsProps {
  readiness: UseQueryResult<Readiness>;
  version: Version | undefined;
}

/** The parts of this server, and what is running. */
export function OwnParts({ readiness, version }: OwnPartsProps) {
  return (
    <section className={sheet.card} aria-labelledby="health-own">
      <div className={styles.head}>
        <h2 id="health-own">{t("health.own")}</h2>
      </div>
      {readiness.isError && (
        <ErrorState error={readiness.error} onRetry={() => void readiness.refetch()} />
      )}
      <Facts>
        {readiness.data?.checks.map(({ name, ok, detail }) => (
          <Fact key={name} name={checkName(name)}>
            <StatusDot tone={ok ? "ok" : "err"}>
              {ok ? t("health.fine") : t("health.bad")}
            </StatusDot>{" "}
            {detail}
          </Fact>
        ))}
        <Fact name={t("health.version")} value={version?.version} copied={version?.version} />
        <Fact name={t("health.commit")} value={version?.commit} />
      </Facts>
    </section>
  );
}

function checkName(name: string): string {
  const key = CHECKS[name];
  return key === undefined ? name.replaceAll("_", " ") : t(key);
}
