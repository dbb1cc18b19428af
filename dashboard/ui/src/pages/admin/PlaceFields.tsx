import { useQuery } from "@tanstack/react-query";
import { backendsQuery, bucketsQuery } from "../../api/backends";
import { problemAt } from "../../api/problems";
import { Field, Select } from "../../components/controls/Field";
import { Pair } from "../../components/forms/Check";
import { Combo } from "../../components/forms/Combo";
import { t } from "../../lib/i18n";

export interface PlaceValues {
  backend: string;
  bucket: string;
  prefix: string;
}

interface PlaceFieldsProps {
  values: PlaceValues;
  onChange: (values: PlaceValues) => void;
  error?: unknown;
  /** Whether `*`, every backend or bucket, is an answer. */
  mayBeAll?: boolean;
  hasPrefix?: boolean;
}

/** A backend, a bucket of it, and where keys must begin. */
export function PlaceFields(props: PlaceFieldsProps) {
  const { values, onChange, error, mayBeAll = false, hasPrefix = true } = props;
  const backends = useQuery(backendsQuery).data ?? [];
  const isOne = values.backend !== "" && values.backend !== "*";
  const buckets = useQuery({ ...bucketsQuery(values.backend), enabled: isOne }).data ?? [];
  const set = (next: Partial<PlaceValues>) => onChange({ ...values, ...next });
  return (
    <>
      <Pair>
        <Select
          label={t("credentials.backend")}
          problem={problemAt(error, "backend_id")}
          value={values.backend}
          onChange={(event) => set({ backend: event.target.value })}
        >
          <option value="" disabled>
            {t("place.choose")}
          </option>
          {mayBeAll && <option value="*">{t("place.allBackends")}</option>}
          {backends.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </Select>
        <Combo
          label={t("audit.bucket")}
          hint={mayBeAll ? t("place.bucketHint") : undefined}
          problem={problemAt(error, "bucket")}
          suggestions={[...(mayBeAll ? ["*"] : []), ...buckets.map(({ name }) => name)]}
          value={values.bucket}
          onChange={(bucket) => set({ bucket })}
        />
      </Pair>
      {hasPrefix && (
        <Field
          label={t("credentials.prefix")}
          hint={t("credentials.prefixHint")}
          problem={problemAt(error, "prefix")}
          spellCheck={false}
          value={values.prefix}
          onChange={(event) => set({ prefix: event.target.value })}
        />
      )}
    </>
  );
}

/** A place in one line: `backend / bucket / prefix`, stars in words. */
export function placeText({ backend, bucket, prefix }: PlaceValues): string {
  const first = backend === "*" ? t("place.allBackends") : backend;
  const second = bucket === "*" ? t("credentials.allBuckets") : bucket;
  return [first, second, prefix].filter((part) => part !== "").join(" / ");
}
