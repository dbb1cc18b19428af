import { FileCode } from "lucide-react";
import type { Declared } from "../../api/schema.gen";
import { t } from "../../lib/i18n";
import { Badge } from "./Status";

type Told = Omit<Partial<Declared>, "source"> & { source?: string };

const FILES = ["yaml", "config", "k8s"];

/** Whether something is declared in a file, and so is changed there and not here. */
export function isDeclared({ source = "" }: { source?: string }): boolean {
  return FILES.includes(source);
}

/** Where something was declared: here, or in a file at a line. */
export function Source({ source = "dashboard", source_file, source_line }: Told) {
  if (!isDeclared({ source })) return <>{t("source.here")}</>;
  if (source === "k8s") return <Badge tone="info">{t("source.kubernetes")}</Badge>;
  const place = [source_file?.split("/").at(-1) ?? "config.yaml", source_line];
  const text = place.filter((part) => part !== undefined).join(":");
  return (
    <span title={t("source.whyReadOnly", { place: text })}>
      <Badge tone="info">
        <FileCode size={12} aria-hidden />
        {text}
      </Badge>
    </span>
  );
}
