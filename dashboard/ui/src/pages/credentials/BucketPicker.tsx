import { useQuery } from "@tanstack/react-query";
import { bucketsQuery } from "../../api/backends";
import { errorSentence } from "../../api/errorText";
import { t } from "../../lib/i18n";
import styles from "./Credentials.module.css";

interface BucketPickerProps {
  backend: string;
  chosen: readonly string[];
  onChoose: (buckets: string[]) => void;
}

/** The buckets one may use, to tick. */
export function BucketPicker({ backend, chosen, onChoose }: BucketPickerProps) {
  const buckets = useQuery(bucketsQuery(backend));
  const toggle = (name: string, isOn: boolean) =>
    onChoose(isOn ? [...chosen, name] : chosen.filter((other) => other !== name));
  return (
    <fieldset className={styles.picker}>
      <legend>{t("credentials.buckets")}</legend>
      {buckets.isPending && <p role="status">{t("state.loading")}</p>}
      {buckets.isError && <p role="alert">{errorSentence(buckets.error)}</p>}
      {buckets.data?.length === 0 && <p>{t("buckets.none")}</p>}
      <div className={styles.choices}>
        {buckets.data?.map(({ name }) => (
          <label key={name} className={styles.choice}>
            <input
              type="checkbox"
              checked={chosen.includes(name)}
              onChange={(event) => toggle(name, event.target.checked)}
            />
            {name}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
