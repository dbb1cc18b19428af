import type { LevelName, PresetName } from "../../api/schema.gen";
import { Select } from "../../components/controls/Field";
import { Check, CheckGroup } from "../../components/forms/Check";
import { t, type TextKey } from "../../lib/i18n";
import { PRESETS } from "../credentials/accessWords";

export type Access = PresetName | LevelName[];

const LEVELS: Record<LevelName, TextKey> = {
  list: "level.list",
  read: "level.read",
  write: "level.write",
  delete: "level.delete",
  "delete-version": "level.deleteVersion",
  configure: "level.configure",
};

interface AccessFieldsProps {
  access: Access;
  onChange: (access: Access) => void;
}

/** A preset, or levels one by one. */
export function AccessFields({ access, onChange }: AccessFieldsProps) {
  const isCustom = Array.isArray(access);
  const choose = (value: string) =>
    onChange(value === "custom" ? ["list", "read"] : (value as PresetName));
  const toggle = (level: LevelName, isOn: boolean) => {
    const kept = isCustom ? access.filter((other) => other !== level) : [];
    onChange(isOn ? [...kept, level] : kept);
  };
  return (
    <>
      <Select
        label={t("credentials.rights")}
        value={isCustom ? "custom" : access}
        onChange={(event) => choose(event.target.value)}
      >
        {(Object.keys(PRESETS) as PresetName[]).map((preset) => (
          <option key={preset} value={preset}>
            {t(PRESETS[preset])}
          </option>
        ))}
        <option value="custom">{t("access.custom")}</option>
      </Select>
      {isCustom && (
        <CheckGroup label={t("access.levels")}>
          {(Object.keys(LEVELS) as LevelName[]).map((level) => (
            <Check
              key={level}
              label={t(LEVELS[level])}
              isOn={access.includes(level)}
              onChange={(isOn) => toggle(level, isOn)}
            />
          ))}
        </CheckGroup>
      )}
    </>
  );
}
