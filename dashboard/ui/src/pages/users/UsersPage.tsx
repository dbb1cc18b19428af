import { useMutation, useQuery, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { UserPlus } from "lucide-react";
import { lazy, Suspense, useMemo, useState } from "react";
import { meQuery } from "../../api/me";
import type { User } from "../../api/schema.gen";
import { unlockUser, usersKey, usersQuery } from "../../api/users";
import { Button } from "../../components/controls/Button";
import { FilterField } from "../../components/controls/FilterField";
import { EmptyState } from "../../components/feedback/EmptyState";
import { ErrorState } from "../../components/feedback/ErrorState";
import { showError } from "../../components/feedback/showError";
import { Grid } from "../../components/grid/Grid";
import { GridSkeleton } from "../../components/grid/GridSkeleton";
import { PageHead } from "../../components/shell/PageHead";
import { t } from "../../lib/i18n";
import { useTitle } from "../../lib/useTitle";
import { present } from "../search";
import { type UserAction, userColumns } from "./columns";

const UserDialogs = lazy(() => import("./UserDialogs"));

const rowKey = ({ id }: User) => id;
const rowName = ({ username }: User) => username;

/** Who may sign in, and as what. */
export function UsersPage() {
  useTitle(t("users.title"));
  const { query = "" } = useSearch({ from: "/shell/admin/users" });
  const navigate = useNavigate({ from: "/admin/users" });
  const me = useSuspenseQuery(meQuery).data;
  const users = useQuery(usersQuery(query));
  const [dialog, setDialog] = useState<{ action: UserAction; user: User } | "create" | null>(null);
  const unlock = useUnlock();
  const columns = useMemo(
    () =>
      userColumns({
        ownId: me.id,
        onAction: (action, user) => {
          if (action === "unlock") unlock(user.id);
          else setDialog({ action, user });
        },
      }),
    [me.id, unlock],
  );
  const setQuery = (text: string) =>
    void navigate({ search: present({ query: text }), replace: true });

  return (
    <>
      <PageHead
        title={t("users.title")}
        note={users.data && t("users.count", { count: users.data.length })}
      >
        <FilterField label={t("users.filter")} value={query} onChange={setQuery} />
        <Button
          kind="primary"
          icon={<UserPlus size={16} aria-hidden />}
          onClick={() => setDialog("create")}
        >
          {t("users.create")}
        </Button>
      </PageHead>
      {users.isPending && <GridSkeleton columns={columns} />}
      {users.isError && <ErrorState error={users.error} onRetry={() => void users.refetch()} />}
      {users.data?.length === 0 && (
        <EmptyState
          title={query === "" ? t("users.none") : t("filter.nothing", { filter: query })}
          action={query !== "" && <Button onClick={() => setQuery("")}>{t("filter.clear")}</Button>}
        />
      )}
      {users.data !== undefined && users.data.length > 0 && (
        <Grid
          label={t("users.title")}
          rows={users.data}
          rowKey={rowKey}
          rowName={rowName}
          columns={columns}
        />
      )}
      <Suspense>
        {dialog !== null && <UserDialogs dialog={dialog} onClose={() => setDialog(null)} />}
      </Suspense>
    </>
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
