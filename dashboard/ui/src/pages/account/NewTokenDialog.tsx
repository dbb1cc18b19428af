import { useSuspenseQuery } from "@tanstack/react-query";
import { useState } from "react";
import { meQuery } from "../../api/me";
import { problemAt } from "../../api/problems";
import type { Token } from "../../api/schema.gen";
import { createToken, tokensQuery } from "../../api/tokens";
import { Button } from "../../components/controls/Button";
import { Field, Select } from "../../components/controls/Field";
import { useAction } from "../../components/feedback/useAction";
import { Pair } from "../../components/forms/Check";
import { FormDialog } from "../../components/forms/FormDialog";
import { formatDateTime } from "../../lib/format";
import { t } from "../../lib/i18n";
import { AccessFields } from "../admin/AccessFields";
import { PlaceFields } from "../admin/PlaceFields";
import styles from "./Account.module.css";
import {
  expiryOf,
  isComplete,
  LIFETIMES_DAYS,
  NEW_SCOPE,
  NEW_TOKEN,
  type Reach,
  REACHES,
  type ScopeValues,
  tokenBody,
} from "./tokenValues";

interface NewTokenDialogProps {
  onClose: () => void;
  onMade: (token: Token) => void;
}

/** What a new token is called, how far it reaches and when it ends. */
export function NewTokenDialog({ onClose, onMade }: NewTokenDialogProps) {
  const isAdmin = useSuspenseQuery(meQuery).data.role === "admin";
  const [values, setValues] = useState(NEW_TOKEN);
  const [openedAt] = useState(() => Date.now());
  const set = (next: Partial<typeof values>) => setValues({ ...values, ...next });
  const create = useAction(() => createToken(tokenBody(values, Date.now())), {
    stale: [tokensQuery.queryKey],
    onDone: onMade,
  });
  const reaches = (Object.keys(REACHES) as Reach[]).filter((reach) => reach !== "admin" || isAdmin);
  return (
    <FormDialog
      title={t("tokens.create")}
      action={t("tokens.create")}
      onSubmit={() => create.mutate()}
      onClose={onClose}
      error={create.error}
      isPending={create.isPending}
      isReady={isComplete(values)}
    >
      <Pair>
        <Field
          label={t("tokens.name")}
          hint={t("credentials.descriptionHint")}
          problem={problemAt(create.error, "name")}
          maxLength={128}
          autoFocus
          autoComplete="off"
          value={values.name}
          onChange={(event) => set({ name: event.target.value })}
        />
        <Select
          label={t("credentials.expires")}
          hint={formatDateTime(expiryOf(values.days, openedAt))}
          problem={problemAt(create.error, "expires_at")}
          value={values.days}
          onChange={(event) => set({ days: Number(event.target.value) })}
        >
          {LIFETIMES_DAYS.map((days) => (
            <option key={days} value={days}>
              {t("credentials.inDays", { days })}
            </option>
          ))}
        </Select>
      </Pair>
      <Select
        label={t("tokens.reach")}
        hint={t("tokens.reachHint")}
        problem={problemAt(create.error, "scopes")}
        value={values.reach}
        onChange={(event) => set({ reach: event.target.value as Reach })}
      >
        {reaches.map((reach) => (
          <option key={reach} value={reach}>
            {t(REACHES[reach])}
          </option>
        ))}
      </Select>
      {values.reach === "places" && (
        <ScopeFields scopes={values.scopes} onChange={(scopes) => set({ scopes })} />
      )}
    </FormDialog>
  );
}

interface ScopeFieldsProps {
  scopes: readonly ScopeValues[];
  onChange: (scopes: ScopeValues[]) => void;
}

/** The places of a token, each with what may be done there; at least one. */
function ScopeFields({ scopes, onChange }: ScopeFieldsProps) {
  const change = (at: number, next: Partial<ScopeValues>) =>
    onChange(scopes.map((scope, index) => (index === at ? { ...scope, ...next } : scope)));
  return (
    <>
      {scopes.map(({ place, access }, index) => (
        <fieldset key={index} className={styles.place}>
          <legend>{t("tokens.place", { number: index + 1 })}</legend>
          <PlaceFields
            values={place}
            onChange={(next) => change(index, { place: next })}
            mayBeAll
          />
          <AccessFields access={access} onChange={(next) => change(index, { access: next })} />
          {scopes.length > 1 && (
            <Button onClick={() => onChange(scopes.filter((_, other) => other !== index))}>
              {t("tokens.removePlace", { number: index + 1 })}
            </Button>
          )}
        </fieldset>
      ))}
      <div>
        <Button onClick={() => onChange([...scopes, NEW_SCOPE])}>{t("tokens.addPlace")}</Button>
      </div>
    </>
  );
}
