import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { usersQuery } from "../../api/users";

const EVERYBODY = usersQuery("");

/** Users by name and by id, for fields and columns that speak of them. */
export function useUsers() {
  const users = useQuery(EVERYBODY).data;
  return useMemo(() => {
    const list = users ?? [];
    const names = new Map(list.map(({ id, username }) => [id, username]));
    const ids = new Map(list.map(({ id, username }) => [username, id]));
    return {
      /** Nobody is taken for unknown before. */
      isLoaded: users !== undefined,
      names: list.map(({ username }) => username),
      /** The name of a user; the id itself where nobody has it any more. */
      nameOf: (id: string) => names.get(id) ?? id,
      /** The id of a user; what was typed where it is no name. */
      idOf: (name: string) => ids.get(name) ?? name,
    };
  }, [users]);
}
