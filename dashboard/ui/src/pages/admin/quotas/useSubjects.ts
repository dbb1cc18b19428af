import { useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { groupsQuery } from "../../../api/access";
import type { ListedQuota } from "../../../api/schema.gen";
import { placeText } from "../PlaceFields";
import { useUsers } from "../useUsers";

/** Names of what limits are set on, and what names lead to. */
export function useSubjects() {
  const users = useUsers();
  const groups = useQuery(groupsQuery).data;
  const nameOf = useCallback(
    ({ kind, id, backend_id: backend = "", bucket = "" }: ListedQuota) => {
      if (kind === "bucket") return placeText({ backend, bucket, prefix: "" });
      if (kind === "user") return users.nameOf(id);
      if (kind === "group") return groups?.find((one) => one.id === id)?.name ?? id;
      return id;
    },
    [users, groups],
  );
  const idOf = (kind: string, typed: string) => {
    if (kind === "user") return users.idOf(typed);
    if (kind === "group") return groups?.find((group) => group.name === typed)?.id ?? typed;
    return typed;
  };
  return { nameOf, idOf, users, groups: groups ?? [] };
}
