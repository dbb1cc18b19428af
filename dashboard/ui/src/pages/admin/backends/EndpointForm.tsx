import { useMutation } from "@tanstack/react-query";
import { Activity } from "lucide-react";
import { useState } from "react";
import {
  createEndpoint,
  ENDPOINT_STALE,
  testEndpoint,
  updateEndpoint,
} from "../../../api/endpoints";
import { problemAt } from "../../../api/problems";
import type { Endpoint, EndpointPatch } from "../../../api/schema.gen";
import { Button } from "../../../components/controls/Button";
import { Field, Select } from "../../../components/controls/Field";
import { PasswordField } from "../../../components/controls/PasswordField";
import { useAction } from "../../../components/feedback/useAction";
import { Check, Pair } from "../../../components/forms/Check";
import { FormDialog } from "../../../components/forms/FormDialog";
import { Refusal } from "../../../components/forms/Refusal";
import { t } from "../../../lib/i18n";
import { idFrom, SERVICES } from "./services";
import { TestResult } from "./TestResult";

interface EndpointFormProps {
  /** Null for a new one. */
  endpoint: Endpoint | null;
  onClose: () => void;
}

/** How a backend is reached; it is tried before it is saved, unless one insists. */
export function EndpointForm({ endpoint, onClose }: EndpointFormProps) {
  const isNew = endpoint === null;
  const [values, setValues] = useState(() => valuesOf(endpoint));
  const set = (next: Partial<Values>) => setValues({ ...values, ...next });
  const id = values.id ?? idFrom(values.name);
  const trial = useMutation({ mutationFn: () => testEndpoint(connection(values)) });
  const save = useAction(
    () => {
      const body = { ...changes(values), name: values.name };
      if (isNew) return createEndpoint({ ...body, id, secret_key: values.secret });
      return updateEndpoint(endpoint.id, body);
    },
    {
      stale: ENDPOINT_STALE,
      done: t("endpoints.saved", { name: values.name }),
      onDone: onClose,
    },
  );
  const hasSecret = values.secret !== "" || !isNew;
  const problem = (field: string) => problemAt(save.error, field);
  return (
    <FormDialog
      title={isNew ? t("endpoints.create") : t("endpoints.edit", { name: endpoint.name })}
      action={isNew ? t("endpoints.create") : t("action.save")}
      onSubmit={() => save.mutate()}
      onClose={onClose}
      error={save.error}
      isPending={save.isPending}
      isReady={values.endpoint !== "" && id !== "" && values.accessKey !== "" && hasSecret}
      size="wide"
      extra={
        <Button
          icon={<Activity size={16} aria-hidden />}
          disabled={values.endpoint === "" || values.secret === ""}
          title={values.secret === "" ? t("endpoints.testNeedsSecret") : undefined}
          pending={trial.isPending}
          onClick={() => trial.mutate()}
        >
          {t("endpoints.test")}
        </Button>
      }
    >
      {isNew && <ServiceChoice onChoose={set} />}
      <Pair>
        <Field
          label={t("column.name")}
          problem={problem("name")}
          autoFocus
          maxLength={128}
          value={values.name}
          onChange={(event) => set({ name: event.target.value })}
        />
        <Field
          label={t("endpoints.id")}
          hint={t("endpoints.idHint")}
          problem={problem("id")}
          spellCheck={false}
          readOnly={!isNew}
          maxLength={63}
          value={isNew ? id : endpoint.id}
          onChange={(event) => set({ id: event.target.value })}
        />
      </Pair>
      <Pair>
        <Field
          label={t("endpoints.address")}
          problem={problem("endpoint")}
          type="url"
          spellCheck={false}
          placeholder="https://s3.example.org"
          value={values.endpoint}
          onChange={(event) => set({ endpoint: event.target.value })}
        />
        <Field
          label={t("buckets.region")}
          problem={problem("region")}
          spellCheck={false}
          value={values.region}
          onChange={(event) => set({ region: event.target.value })}
        />
      </Pair>
      <Pair>
        <Field
          label={t("credentials.accessKey")}
          problem={problem("access_key")}
          autoComplete="off"
          spellCheck={false}
          value={values.accessKey}
          onChange={(event) => set({ accessKey: event.target.value })}
        />
        <PasswordField
          label={t("secret.secretKey")}
          hint={isNew ? undefined : t("endpoints.secretKept")}
          problem={problem("secret_key")}
          autoComplete="new-password"
          value={values.secret}
          onChange={(event) => set({ secret: event.target.value })}
        />
      </Pair>
      <Check
        label={t("endpoints.pathStyle")}
        hint={t("endpoints.pathStyleHint")}
        isOn={values.isPathStyle}
        onChange={(isPathStyle) => set({ isPathStyle })}
      />
      <Refusal error={trial.error} />
      {trial.data !== undefined && <TestResult result={trial.data} />}
    </FormDialog>
  );
}

interface Values {
  /** Null while it follows the name. */
  id: string | null;
  name: string;
  endpoint: string;
  region: string;
  accessKey: string;
  secret: string;
  isPathStyle: boolean;
}

function valuesOf(endpoint: Endpoint | null): Values {
  return {
    id: endpoint?.id ?? null,
    name: endpoint?.name ?? "",
    endpoint: endpoint?.endpoint ?? "",
    region: endpoint?.region ?? "us-east-1",
    accessKey: endpoint?.access_key ?? "",
    secret: "",
    isPathStyle: endpoint?.path_style ?? true,
  };
}

function connection(values: Values) {
  return {
    endpoint: values.endpoint.trim(),
    region: values.region.trim(),
    path_style: values.isPathStyle,
    access_key: values.accessKey,
    secret_key: values.secret,
  };
}

/** An empty secret keeps the stored one. */
function changes(values: Values): EndpointPatch {
  const { secret_key, ...rest } = connection(values);
  return secret_key === "" ? rest : { ...rest, secret_key };
}

function ServiceChoice({ onChoose }: { onChoose: (next: Partial<Values>) => void }) {
  const [chosen, setChosen] = useState("");
  return (
    <Select
      label={t("endpoints.service")}
      hint={t("endpoints.serviceHint")}
      value={chosen}
      onChange={(event) => {
        setChosen(event.target.value);
        const service = SERVICES.find(({ name }) => name === event.target.value);
        if (service === undefined) return;
        const { endpoint, region, isPathStyle } = service;
        onChoose({ endpoint, region, isPathStyle });
      }}
    >
      <option value="">{t("endpoints.otherService")}</option>
      {SERVICES.map(({ name }) => (
        <option key={name}>{name}</option>
      ))}
    </Select>
  );
}
