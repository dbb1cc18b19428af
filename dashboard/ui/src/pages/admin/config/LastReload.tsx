import type { ConfigReload, ConfigState } from "../../../api/schema.gen";
import { Fact, Facts } from "../../../components/data/Facts";
import { StatusDot, type Tone } from "../../../components/data/Status";
import { Time } from "../../../components/data/Time";
import { Banner } from "../../../components/feedback/Banner";
import { formatNumber } from "../../../lib/format";
import sheet from "../../../components/shell/Sheet.module.css";
import { t, type TextKey } from "../../../lib/i18n";
import styles from "./Config.module.css";
import { Problems } from "./Problems";

type Outcome = ConfigReload["outcome"];

const OUTCOMES: Record<Outcome, readonly [Tone, TextKey]> = {
  applied: ["ok", "config.applied"],
  unchanged: ["ok", "config.unchanged"],
  incomplete: ["warn", "config.incomplete"],
  rejected: ["err", "config.rejected"],
  failed: ["err", "config.failed"],
};
/** What the moment of the last attempt is the moment of. */
const WHEN: Record<Outcome, TextKey> = {
  applied: "config.since",
  unchanged: "config.confirmed",
  incomplete: "config.since",
  rejected: "config.refusedAt",
  failed: "config.refusedAt",
};

/** How the file was last taken over, and what still waits. */
export function LastReload({ state }: { state: ConfigState }) {
  const last = state.last_reload;
  const places = state.values.flatMap(({ source, source_file }) =>
    source === "file" && source_file !== undefined ? [source_file] : [],
  );
  const files = [...new Set(places)];
  return (
    <section className={sheet.card} aria-labelledby="config-last">
      <h2 id="config-last">{t("config.inForce")}</h2>
      <Facts>
        <Fact name={t("config.readFrom")}>
          {files.map((file) => (
            <code key={file} className={styles.file}>
              {file}
            </code>
          ))}
        </Fact>
        {last !== null && <Attempt last={last} />}
        <Fact name={t("config.follows")}>
          {state.watching ? t("config.byItself") : t("config.byHand")}
        </Fact>
        <Fact name={t("config.prunes")}>
          {state.prune.length === 0 ? t("config.prunesNothing") : state.prune.join(", ")}
        </Fact>
      </Facts>
      {last !== null && last.needs_restart.length > 0 && (
        <Banner tone="warn">
          {t("config.needsRestart")} <Keys keys={last.needs_restart} />
        </Banner>
      )}
      {last !== null && <Problems tone="err" problems={last.problems} />}
      {last !== null && <Problems tone="warn" problems={last.warnings} />}
    </section>
  );
}

function Attempt({ last }: { last: ConfigReload }) {
  const [tone, text] = OUTCOMES[last.outcome];
  return (
    <>
      <Fact name={t("config.outcome")}>
        <StatusDot tone={tone}>{t(text)}</StatusDot>
      </Fact>
      <Fact name={t(WHEN[last.outcome])}>
        <Time at={last.at} /> · {last.by}
      </Fact>
      {last.applied > 0 && <Fact name={t("config.steps")}>{formatNumber(last.applied)}</Fact>}
      {last.settings.length > 0 && (
        <Fact name={t("config.settings")}>
          <Keys keys={last.settings} />
        </Fact>
      )}
    </>
  );
}

function Keys({ keys }: { keys: readonly string[] }) {
  return <code>{keys.join(", ")}</code>;
}
