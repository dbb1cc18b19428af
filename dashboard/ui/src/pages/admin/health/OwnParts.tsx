import type { UseQueryResult } from "@tanstack/react-query";
import type { Condition } from "../../../api/health";
import type { DiskRoom, ListenerCertificate, Readiness, Version } from "../../../api/schema.gen";
import { Fact, Facts } from "../../../components/data/Facts";
import { StatusDot } from "../../../components/data/Status";
import { ErrorState } from "../../../components/feedback/ErrorState";
import sheet from "../../../components/shell/Sheet.module.css";
import { t, type TextKey } from "../../../lib/i18n";
import { certificateOf, roomOf } from "./condition";
import styles from "./Health.module.css";
import { JudgedFact } from "./JudgedFact";

/** The server's checks in words; one without words is shown by its name. */
const CHECKS: Readonly<Record<string, TextKey>> = {
  database: "health.database",
  migrations: "health.migrations",
  sealing_key: "health.sealingKey",
  not_draining: "health.running",
  configuration: "health.configuration",
  audit_room: "health.auditRoom",
};

const DISKS: Record<DiskRoom["name"], TextKey> = {
  database: "health.diskDatabase",
  audit: "health.diskAudit",
};
const LISTENERS: Record<ListenerCertificate["name"], TextKey> = {
  server: "health.certificateDashboard",
  s3_proxy: "health.certificateProxy",
};

interface OwnPartsProps {
  readiness: UseQueryResult<Readiness>;
  version: Version | undefined;
  condition: Condition | undefined;
}

/** The parts of this server, and what is running. */
export function OwnParts({ readiness, version, condition }: OwnPartsProps) {
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
        {condition?.disks.map((disk) => (
          <JudgedFact key={disk.name} name={t(DISKS[disk.name])} judged={roomOf(disk)} />
        ))}
        {condition?.listeners.map(({ name, ends_at }) => (
          <JudgedFact
            key={name}
            name={t(LISTENERS[name])}
            judged={
              ends_at === null
                ? ["err", t("health.unreadable")]
                : certificateOf(ends_at, condition.readAt)
            }
          />
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
