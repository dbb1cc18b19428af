import { Select } from "../../components/controls/Field";
import { Check } from "../../components/forms/Check";
import { chooseLanguage, language, LANGUAGES, t, type TextKey } from "../../lib/i18n";
import { chooseContrast, contrast, density, DENSITIES, chooseDensity } from "../../lib/look";
import { useStore } from "../../lib/store";
import { chooseTheme, theme, THEMES } from "../../lib/theme";
import sheet from "../../components/shell/Sheet.module.css";

const THEME_NAMES: Record<(typeof THEMES)[number], TextKey> = {
  system: "theme.system",
  light: "theme.light",
  dark: "theme.dark",
};
const DENSITY_NAMES: Record<(typeof DENSITIES)[number], TextKey> = {
  compact: "density.compact",
  regular: "density.regular",
  relaxed: "density.relaxed",
};

/** How it looks and speaks; kept in this browser. */
export function LookCard() {
  const chosenTheme = useStore(theme);
  const chosenDensity = useStore(density);
  const tag = useStore(language);
  const isHigh = useStore(contrast) === "more";
  return (
    <section className={sheet.card} aria-labelledby="look">
      <h2 id="look">{t("account.look")}</h2>
      <Select
        label={t("theme.title")}
        value={chosenTheme}
        onChange={({ target }) =>
          chooseTheme(THEMES.find((name) => name === target.value) ?? "system")
        }
      >
        {THEMES.map((name) => (
          <option key={name} value={name}>
            {t(THEME_NAMES[name])}
          </option>
        ))}
      </Select>
      <Select
        label={t("language.title")}
        value={tag}
        onChange={({ target }) =>
          void chooseLanguage(LANGUAGES.find((name) => name === target.value) ?? "en")
        }
      >
        {LANGUAGES.map((name) => (
          <option key={name} value={name}>
            {new Intl.DisplayNames([name], { type: "language" }).of(name)}
          </option>
        ))}
      </Select>
      <Select
        label={t("density.title")}
        value={chosenDensity}
        onChange={({ target }) =>
          chooseDensity(DENSITIES.find((name) => name === target.value) ?? "regular")
        }
      >
        {DENSITIES.map((name) => (
          <option key={name} value={name}>
            {t(DENSITY_NAMES[name])}
          </option>
        ))}
      </Select>
      <Check
        label={t("contrast.more")}
        isOn={isHigh}
        onChange={(isOn) => chooseContrast(isOn ? "more" : "system")}
      />
    </section>
  );
}
