import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { ExternalLink, Link as LinkIcon, Pencil, Trash2 } from "lucide-react";
import { Suspense, useMemo, useState } from "react";
import { meQuery } from "../../api/me";
import type { Share } from "../../api/schema.gen";
import { sharesQuery } from "../../api/shares";
import { FilterField } from "../../components/controls/FilterField";
import { Select } from "../../components/controls/Field";
import { EmptyState } from "../../components/feedback/EmptyState";
import { ListArea } from "../../components/grid/ListArea";
import { menuColumn, type RowAction } from "../../components/grid/menuColumn";
import { PageHead } from "../../components/shell/PageHead";
import { t } from "../../lib/i18n";
import { lazyPart } from "../../lib/lazyPart";
import { useTitle } from "../../lib/useTitle";
import { present } from "../search";
import { shareColumns, shareName } from "./shareColumns";

const ShareDialogs = lazyPart("work", () => import("./ShareDialogs"));

export interface ShareAction {
  kind: "link" | "edit" | "revoke";
  share: Share;
}

const rowKey = ({ id }: Share) => id;

/** Links that were handed out: what they lead to, how long, how often used. */
export function SharesPage() {
  useTitle(t("shares.title"));
  const { filter = "", scope = "own" } = useSearch({ from: "/shell/shares" });
  const navigate = useNavigate({ from: "/shares" });
  const me = useSuspenseQuery(meQuery).data;
  const shares = useQuery(sharesQuery(scope));
  const [dialog, setDialog] = useState<ShareAction | null>(null);
  const columns = useMemo(
    () => [
      ...shareColumns(),
      menuColumn(shareName, (share: Share) => shareActions(share, setDialog)),
    ],
    [],
  );
  const change = (next: { filter?: string; scope?: "own" | "all" }) =>
    void navigate({ search: present({ filter, scope, ...next }), replace: true });
  const wanted = filter.toLowerCase();
  const shown = shares.data?.filter((share) =>
    `${share.bucket}/${shareName(share)} ${share.note ?? ""}`.toLowerCase().includes(wanted),
  );
  return (
    <>
      <PageHead title={t("shares.title")} note={t("shares.note")}>
        <FilterField
          label={t("shares.filter")}
          value={filter}
          onChange={(text) => change({ filter: text })}
        />
        {me.role === "admin" && (
          <Select
            label={t("jobs.whose")}
            isLabelHidden
            value={scope}
            onChange={({ target }) => change({ scope: target.value === "all" ? "all" : "own" })}
          >
            <option value="own">{t("shares.own")}</option>
            <option value="all">{t("shares.all")}</option>
          </Select>
        )}
      </PageHead>
      <ListArea
        label={t("shares.title")}
        query={shares}
        rows={shown}
        rowKey={rowKey}
        rowName={shareName}
        columns={columns}
        onOpen={(share) => setDialog({ kind: "link", share })}
        empty={
          <EmptyState
            icon={<LinkIcon size={28} aria-hidden />}
            title={filter === "" ? t("shares.none") : t("filter.nothing", { filter })}
            text={t("shares.noneText")}
          />
        }
      />
      <Suspense>
        {dialog !== null && <ShareDialogs dialog={dialog} onClose={() => setDialog(null)} />}
      </Suspense>
    </>
  );
}

function shareActions(share: Share, ask: (action: ShareAction) => void): RowAction[] {
  const isLive = share.state !== "revoked";
  const offer = (kind: ShareAction["kind"]) => () => ask({ kind, share });
  if (!isLive) return [];
  return [
    { id: "link", text: t("shares.showLink"), icon: <LinkIcon aria-hidden />, act: offer("link") },
    {
      id: "open",
      text: t("shares.open"),
      icon: <ExternalLink aria-hidden />,
      act: () => void window.open(share.url, "_blank", "noopener"),
    },
    { id: "edit", text: t("action.edit"), icon: <Pencil aria-hidden />, act: offer("edit") },
    {
      id: "revoke",
      text: t("shares.revoke"),
      icon: <Trash2 aria-hidden />,
      isDanger: true,
      section: "",
      act: offer("revoke"),
    },
  ];
}
