"""
What the owner of a share may do at this moment; a share never may more.
"""

from app.auth.user import STATIC_ID
from app.auth.users import UserService
from app.grants.service import AccessService
from app.rbac.levels import Role
from app.rbac.principal import Principal


class Owners:
    """
    Looks up owners, the static account among them.
    """

    def __init__(self, users: UserService, access: AccessService, *, has_static: bool) -> None:
        self._users = users
        self._access = access
        self._has_static = has_static

    async def find(self, owner_id: str) -> Principal | None:
        """
        Return the owner with the present rights; nothing where they are gone or switched off.
        """
        if owner_id == STATIC_ID:
            is_there, name, role = self._has_static, STATIC_ID, Role.ADMIN
        else:
            user = await self._users.find(owner_id)
            if user is None:
                return None
            is_there, name, role = user.is_enabled, user.username, user.role
        if not is_there:
            return None
        return await self._access.principal_of(user_id=owner_id, username=name, role=role)
