/** The configuration in force, and what the file would change. */
import { queryOptions } from "@tanstack/react-query";
import { get, post } from "./client";
import type { ConfigPlan, ConfigReload, ConfigState } from "./schema.gen";

export const configKey = ["config"];
/** Where the browser saves what is running as YAML. */
export const CONFIG_EXPORT_URL = "/api/admin/config/export";

export const configQuery = queryOptions({
  queryKey: [...configKey, "state"],
  queryFn: ({ signal }) => get<ConfigState>("/api/admin/config", { signal }),
});

/** The file and reality, both compared at the moment of asking. */
export const planQuery = queryOptions({
  queryKey: [...configKey, "plan"],
  queryFn: ({ signal }) => get<ConfigPlan>("/api/admin/config/plan", { signal }),
});

/** Takes the file over if it still is what the plan with this hash was made of. */
export const reloadConfig = (hash: string) =>
  post<ConfigReload>("/api/admin/config/reload", { body: { hash } });
