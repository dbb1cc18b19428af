import type { ConfigPlan, ConfigSetting, ConfigStep } from "../../../api/schema.gen";
import { Badge, StatusDot, type Tone } from "../../../components/data/Status";
import { Time } from "../../../components/data/Time";
import { Banner } from "../../../components/feedback/Banner";
import { t, type TextKey } from "../../../lib/i18n";
import styles from "./Config.module.css";
import { Problems } from "./Problems";

const OPS: Record<ConfigStep["op"], readonly [Tone, TextKey]> = {
  create: ["ok", "config.create"],
  update: ["info", "config.update"],
  delete: ["err", "config.delete"],
  adopt: ["neutral", "config.adopt"],
  check: ["warn", "config.unknown"],
};

/** What the file would change, what it no longer declares, and where reality drifted from it. */
export function Differences({ plan }: { plan: ConfigPlan }) {
  const { problems, steps, settings, orphans, drift } = plan;
  const isPending = steps.length > 0 || settings.length > 0;
  return (
    <div className={styles.parts}>
      <h3>{t("config.pending")}</h3>
      <Problems tone="err" problems={problems} />
      {problems.length > 0 && <p>{t("config.unusable")}</p>}
      {problems.length === 0 && !isPending && (
        <StatusDot tone="ok">{t("config.nothingPending")}</StatusDot>
      )}
      {settings.length > 0 && <Settings settings={settings} />}
      {steps.length > 0 && <Steps label={t("config.pending")} steps={steps} />}
      {plan.needs_restart.length > 0 && (
        <Banner tone="warn">
          {t("config.needsRestart")} <code>{plan.needs_restart.join(", ")}</code>
        </Banner>
      )}
      <h3>{t("config.drift")}</h3>
      <p>
        {t("config.compared")} <Time at={plan.drift_checked_at} />
      </p>
      {plan.drift_problem !== undefined && <Banner tone="warn">{plan.drift_problem}</Banner>}
      {plan.drift_problem === undefined && drift.length === 0 && (
        <StatusDot tone="ok">{t("config.noDrift")}</StatusDot>
      )}
      {drift.length > 0 && <Steps label={t("config.drift")} steps={drift} />}
      {orphans.length > 0 && <Orphans orphans={orphans} />}
    </div>
  );
}

function Steps({ label, steps }: { label: string; steps: readonly ConfigStep[] }) {
  return (
    <ul className={styles.lines} aria-label={label}>
      {steps.map((step) => (
        <li key={`${step.kind}/${step.id}`}>
          <Badge tone={OPS[step.op][0]}>{t(OPS[step.op][1])}</Badge>
          <code>
            {step.kind} {step.id}
          </code>
          {step.fields.length > 0 && <span>{step.fields.join(", ")}</span>}
          {step.problem !== undefined && <span>{step.problem}</span>}
          {step.takes_over && <span>{t("config.takesOver")}</span>}
          <Origin {...step} />
        </li>
      ))}
    </ul>
  );
}

function Settings({ settings }: { settings: readonly ConfigSetting[] }) {
  return (
    <ul className={styles.lines} aria-label={t("config.settings")}>
      {settings.map(({ path, present, declared }) => (
        <li key={path}>
          <code>{path}</code>
          <span>
            {JSON.stringify(present)} → {JSON.stringify(declared)}
          </span>
        </li>
      ))}
    </ul>
  );
}

function Orphans({ orphans }: Pick<ConfigPlan, "orphans">) {
  return (
    <>
      <h3>{t("config.orphans")}</h3>
      <p>{t("config.orphansText")}</p>
      <ul className={styles.lines} aria-label={t("config.orphans")}>
        {orphans.map((orphan) => (
          <li key={`${orphan.kind}/${orphan.id}`}>
            <code>
              {orphan.kind} {orphan.id}
            </code>
            <Origin {...orphan} />
          </li>
        ))}
      </ul>
    </>
  );
}

function Origin({ source_file, source_line }: { source_file: string; source_line: number }) {
  if (source_file === "") return null;
  return (
    <span className={styles.origin}>
      {source_line > 0 ? `${source_file}:${source_line}` : source_file}
    </span>
  );
}
