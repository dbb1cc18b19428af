import { useMutation, useQuery, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { type SubmitEvent, useState } from "react";
import { backendsQuery } from "../../api/backends";
import { createCredential, credentialsQuery } from "../../api/credentials";
import { errorSentence } from "../../api/errorText";
import { meQuery } from "../../api/me";
import type { Credential, PresetName } from "../../api/schema.gen";
import { Button } from "../../components/controls/Button";
import { Field, Select } from "../../components/controls/Field";
import { Banner } from "../../components/feedback/Banner";
import { Dialog, DialogActions, DialogBody } from "../../components/layers/Dialog";
import { formatDateTime } from "../../lib/format";
import { t } from "../../lib/i18n";
import { PRESETS } from "./accessWords";
import { BucketPicker } from "./BucketPicker";

interface CreateDialogProps {
  onClose: () => void;
  onCreated: (credential: Credential) => void;
}

const LIFETIMES_DAYS = [30, 90, 365];
const DEFAULT_LIFETIME_DAYS = 90;
const DAY_MS = 24 * 3600 * 1000;

/** Where a new key may go and what it may do there. */
export default function CreateDialog({ onClose, onCreated }: CreateDialogProps) {
  const client = useQueryClient();
  const isAdmin = useSuspenseQuery(meQuery).data.role === "admin";
  const backends = useQuery(backendsQuery).data ?? [];
  const [values, setValues] = useState(FRESH);
  const [openedAt] = useState(() => Date.now());
  const backend = values.backend === "" ? (backends[0]?.id ?? "") : values.backend;
  const expiresAt = values.days === 0 ? "" : expiry(openedAt, values.days);
  const create = useMutation({
    mutationFn: () =>
      createCredential({
        backend_id: backend,
        buckets: values.buckets,
        access: values.access,
        description: values.description,
        ...(values.prefix === "" ? {} : { prefixes: [values.prefix] }),
        ...(expiresAt === "" ? {} : { expires_at: expiresAt }),
      }),
    onSuccess: (credential) => {
      void client.invalidateQueries({ queryKey: credentialsQuery.queryKey });
      onCreated(credential);
    },
  });
  const set = (next: Partial<typeof FRESH>) => setValues({ ...values, ...next });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (values.buckets.length > 0 && !create.isPending) create.mutate();
  };
  const presets = (Object.keys(PRESETS) as PresetName[]).filter(
    (preset) => preset !== "full" || isAdmin,
  );

  return (
    <Dialog title={t("credentials.create")} onClose={onClose}>
      <form onSubmit={submit}>
        <DialogBody>
          {create.isError && <Banner tone="err">{errorSentence(create.error)}</Banner>}
          <Field
            label={t("credentials.description")}
            hint={t("credentials.descriptionHint")}
            maxLength={512}
            autoFocus
            value={values.description}
            onChange={(event) => set({ description: event.target.value })}
          />
          <Select
            label={t("credentials.backend")}
            value={backend}
            onChange={(event) => set({ backend: event.target.value, buckets: [] })}
          >
            {backends.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </Select>
          {backend !== "" && (
            <BucketPicker
              key={backend}
              backend={backend}
              chosen={values.buckets}
              onChoose={(buckets) => set({ buckets })}
            />
          )}
          <Select
            label={t("credentials.rights")}
            value={values.access}
            onChange={(event) => set({ access: event.target.value as PresetName })}
          >
            {presets.map((preset) => (
              <option key={preset} value={preset}>
                {t(PRESETS[preset])}
              </option>
            ))}
          </Select>
          <Field
            label={t("credentials.prefix")}
            hint={t("credentials.prefixHint")}
            spellCheck={false}
            value={values.prefix}
            onChange={(event) => set({ prefix: event.target.value })}
          />
          <Select
            label={t("credentials.expires")}
            hint={expiresAt === "" ? t("credentials.neverHint") : formatDateTime(expiresAt)}
            value={values.days}
            onChange={(event) => set({ days: Number(event.target.value) })}
          >
            {LIFETIMES_DAYS.map((days) => (
              <option key={days} value={days}>
                {t("credentials.inDays", { days })}
              </option>
            ))}
            <option value={0}>{t("credentials.never")}</option>
          </Select>
        </DialogBody>
        <DialogActions>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button
            kind="primary"
            type="submit"
            disabled={values.buckets.length === 0}
            pending={create.isPending}
          >
            {t("credentials.create")}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

const FRESH = {
  description: "",
  backend: "",
  buckets: [] as string[],
  access: "readwrite" as PresetName,
  prefix: "",
  days: DEFAULT_LIFETIME_DAYS,
};

function expiry(from: number, days: number): string {
  return new Date(from + days * DAY_MS).toISOString().replace(/\.\d+Z$/, "Z");
}
