import { useMutation, useQuery, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { FileUp, UserPlus } from "lucide-react";
import { lazy, Suspense, useMemo, useState } from "react";
import { meQuery } from "../../api/me";
import type { User } from "../../api/schema.gen";
import { unlockUser, usersKey, usersQuery } from "../../api/users";
import { Button } from "../../components/controls/Button";
import { FilterField } from "../../components/controls/FilterField";
import { EmptyState } from "../../components/feedback/EmptyState";
import { showError } from "../../components/feedback/showError";
import { ListArea } from "../../components/grid/ListArea";
import { PageHead } from "../../components/shell/PageHead";
import { Split, SplitMain } from "../../components/shell/Panel";
import { t } from "../../lib/i18n";
import { NOTHING, retain } from "../../lib/selection";
import { useTitle } from "../../lib/useTitle";
import { present } from "../search";
import { type UserAction, userActions, userColumns } from "./columns";
import type { BulkAction } from "./BulkDialog";
import { UserPanel } from "./UserPanel";
import { UserTools } from "./UserTools";

const BulkDialog = lazy(() => import("./BulkDialog"));
const ImportDialog = lazy(() => import("./ImportDialog"));
const UserDialogs = lazy(() => import("./UserDialogs"));

const rowKey = ({ id }: User) => id;
const rowName = ({ username }: User) => username;

/** Who may sign in, and as what. */
export function UsersPage() {
  useTitle(t("users.title"));
  const { query = "", user: shownId } = useSearch({ from: "/shell/admin/users" });
  const navigate = useNavigate({ from: "/admin/users" });
  const me = useSuspenseQuery(meQuery).data;
  const users = useQuery(usersQuery(query));
  const [dialog, setDialog] = useState<{ action: UserAction; user: User } | "create" | null>(null);
  const unlock = useUnlock();
  const facts = useMemo(
    () => ({
      ownId: me.id,
      onAction: (action: UserAction, user: User) => {
        if (action === "unlock") unlock(user.id);
        else setDialog({ action, user });
      },
    }),
    [me.id, unlock],
  );
  const columns = useMemo(() => userColumns(facts), [facts]);
  const change = (next: { query: string; user: string | undefined }) =>
    void navigate({ search: present(next), replace: true });
  const setQuery = (text: string) => change({ query: text, user: shownId });
  const shown = users.data?.find(({ id }) => id === shownId);
  const [isImporting, setImporting] = useState(false);
  const [bulk, setBulk] = useState<{ action: BulkAction; users: readonly User[] } | null>(null);
  const [marked, setMarked] = useState(NOTHING);
  // Who was deleted or filtered away is not meant any more.
  const order = useMemo(() => (users.data ?? []).map(rowKey), [users.data]);
  const selection = retain(marked, order);
  const selected = users.data?.filter(({ id }) => selection.keys.has(id)) ?? [];

  return (
    <Split>
      <SplitMain>
        <PageHead
          title={t("users.title")}
          note={users.data && t("users.count", { count: users.data.length })}
        >
          <FilterField label={t("users.filter")} value={query} onChange={setQuery} />
          <Button icon={<FileUp size={16} aria-hidden />} onClick={() => setImporting(true)}>
            {t("users.import")}
          </Button>
          <Button
            kind="primary"
            icon={<UserPlus size={16} aria-hidden />}
            onClick={() => setDialog("create")}
          >
            {t("users.create")}
          </Button>
        </PageHead>
        {selected.length > 0 && (
          <UserTools
            count={selected.length}
            onAct={(action) => setBulk({ action, users: selected })}
            onClear={() => setMarked(NOTHING)}
          />
        )}
        <ListArea
          label={t("users.title")}
          query={users}
          rows={users.data}
          rowKey={rowKey}
          rowName={rowName}
          columns={columns}
          onOpen={({ id }) => change({ query, user: id })}
          currentKey={shownId}
          selection={selection}
          onSelect={setMarked}
          empty={
            <EmptyState
              title={query === "" ? t("users.none") : t("filter.nothing", { filter: query })}
              action={
                query !== "" && <Button onClick={() => setQuery("")}>{t("filter.clear")}</Button>
              }
            />
          }
        />
      </SplitMain>
      {shown !== undefined && (
        <UserPanel
          key={shown.id}
          user={shown}
          actions={userActions(shown, facts)}
          onClose={() => change({ query, user: undefined })}
        />
      )}
      <Suspense>
        {dialog !== null && <UserDialogs dialog={dialog} onClose={() => setDialog(null)} />}
        {bulk !== null && <BulkDialog {...bulk} onClose={() => setBulk(null)} />}
        {isImporting && <ImportDialog onClose={() => setImporting(false)} />}
      </Suspense>
    </Split>
  );
}

function useUnlock(): (id: string) => void {
  const client = useQueryClient();
  return useMutation({
    mutationFn: unlockUser,
    onSuccess: () => client.invalidateQueries({ queryKey: usersKey }),
    onError: showError,
  }).mutate;
}
