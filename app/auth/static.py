"""
The static account: one administrator who stands in the configuration alone, without a row.
"""

from dataclasses import dataclass, field

from app.auth.user import STATIC, STATIC_ID, User
from app.clock import Clock
from app.crypto import is_same
from app.rbac.levels import Role


@dataclass(frozen=True, slots=True)
class StaticAccount:
    """
    Its name and the hash of its password.
    """

    username: str
    password_hash: str = field(repr=False)

    def is_named(self, username: str) -> bool:
        """
        Tell whether this is exactly its name, in a time that does not tell it.
        """
        return is_same(self.username, username)

    def as_user(self, clock: Clock) -> User:
        """
        Return it in the form of a user.
        """
        return User(
            id=STATIC_ID,
            username=self.username,
            email="",
            role=Role.ADMIN,
            kind="person",
            identity_source=STATIC,
            oidc_subject="",
            is_enabled=True,
            must_change_password=False,
            failed_attempts=0,
            locked_until=None,
            last_login_at=None,
            created_at=clock.now(),
            created_by="",
            source="yaml",
            source_file="",
            source_line=0,
        )
