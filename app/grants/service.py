"""
`AccessService`: from a signed-in user to the principal that `authorize` decides about.
"""

from collections.abc import Collection, Mapping, Sequence

from app.config.identity import AuthConfig
from app.database.engine import Database
from app.grants.effective import effective_scopes, role_scopes
from app.grants.repository import list_grants_for, list_group_names, list_group_names_of
from app.rbac.levels import Role
from app.rbac.principal import EVERYTHING, Principal, PrincipalKind, Scope


class AccessService:
    """
    Answers what users may do at this moment.
    """

    def __init__(self, database: Database, auth: AuthConfig) -> None:
        self._database = database
        self._defaults = role_scopes(auth)

    def configure(self, auth: AuthConfig) -> None:
        """
        Go by other defaults of the roles from now on.
        """
        self._defaults = role_scopes(auth)

    async def principal_of(self, *, user_id: str, username: str, role: Role) -> Principal:
        """
        Return the user as a principal, with the scopes of role and grants.

        An administrator costs no query; the static account is one and has no row.
        """
        scopes: tuple[Scope, ...] = (EVERYTHING,)
        if role is not Role.ADMIN:
            async with self._database.glance() as connection:
                grants = await list_grants_for(connection, user_id=user_id, role=role)
            scopes = effective_scopes(role, self._defaults, grants)
        return Principal(
            PrincipalKind.USER, user_id, role=role, user_id=user_id, name=username, scopes=scopes
        )

    async def groups_of(self, user_id: str) -> Sequence[str]:
        """
        Return the names of a user's groups, sorted.
        """
        async with self._database.glance() as connection:
            return await list_group_names(connection, user_id)

    async def groups_of_users(self, user_ids: Collection[str]) -> Mapping[str, Sequence[str]]:
        """
        Return the names of several users' groups, sorted, by user id.
        """
        async with self._database.read() as connection:
            return await list_group_names_of(connection, user_ids)
