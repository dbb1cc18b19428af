import { useState } from "react";
import { problemAt } from "../../../api/problems";
import { bindingsQuery, putBinding } from "../../../api/proxy";
import type { AnonymousBinding } from "../../../api/schema.gen";
import { Field } from "../../../components/controls/Field";
import { Banner } from "../../../components/feedback/Banner";
import { useAction } from "../../../components/feedback/useAction";
import { Check } from "../../../components/forms/Check";
import { FormDialog } from "../../../components/forms/FormDialog";
import { t } from "../../../lib/i18n";
import { PlaceFields, placeText } from "../PlaceFields";

const DEFAULT_RPS = 20;

interface BindingFormProps {
  /** Null for a new one. */
  binding: AnonymousBinding | null;
  onClose: () => void;
}

/** What strangers are let in to, and on what terms. */
export function BindingForm({ binding, onClose }: BindingFormProps) {
  const [place, setPlace] = useState({
    backend: binding?.backend_id ?? "",
    bucket: binding?.bucket ?? "",
    prefix: binding?.prefix ?? "",
  });
  const [mayList, setMayList] = useState(binding?.list ?? false);
  const [rps, setRps] = useState(String(binding?.per_source_ip_rps ?? DEFAULT_RPS));
  const save = useAction(
    () =>
      putBinding({
        backend_id: place.backend,
        bucket: place.bucket,
        prefix: place.prefix,
        list: mayList,
        per_source_ip_rps: Number(rps),
      }),
    {
      stale: [bindingsQuery.queryKey],
      done: t("public.saved", { bucket: place.bucket }),
      onDone: onClose,
    },
  );
  return (
    <FormDialog
      title={binding === null ? t("public.create") : t("public.edit", { bucket: binding.bucket })}
      action={binding === null ? t("public.create") : t("action.save")}
      onSubmit={() => save.mutate()}
      onClose={onClose}
      error={save.error}
      isPending={save.isPending}
      isReady={place.backend !== "" && place.bucket !== "" && /^\d+$/.test(rps)}
    >
      <Banner tone="warn">{t("public.warning")}</Banner>
      {binding === null ? (
        <PlaceFields values={place} onChange={setPlace} error={save.error} />
      ) : (
        <p>{placeText({ ...place, prefix: "" })}</p>
      )}
      {binding !== null && (
        <Field
          label={t("credentials.prefix")}
          hint={t("credentials.prefixHint")}
          problem={problemAt(save.error, "prefix")}
          spellCheck={false}
          value={place.prefix}
          onChange={(event) => setPlace({ ...place, prefix: event.target.value })}
        />
      )}
      <Check
        label={t("public.mayList")}
        hint={t("public.mayListHint")}
        isOn={mayList}
        onChange={setMayList}
      />
      <Field
        label={t("public.rate")}
        hint={t("public.rateHint")}
        problem={problemAt(save.error, "per_source_ip_rps")}
        inputMode="numeric"
        value={rps}
        onChange={(event) => setRps(event.target.value)}
      />
    </FormDialog>
  );
}
