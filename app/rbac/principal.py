"""
Who is calling, and what was granted to them.
"""

from dataclasses import dataclass
from enum import StrEnum

from app.rbac.levels import ALL_LEVELS, Level, Role

ANY = "*"


class PrincipalKind(StrEnum):
    """
    By what proof a principal stands before us.
    """

    USER = "user"
    CREDENTIAL = "credential"
    SHARE = "share"
    ANONYMOUS = "anonymous"


@dataclass(frozen=True, slots=True)
class Scope:
    """
    Levels at a place: a backend, a bucket and a key prefix. `*` stands for every one.
    """

    backend_id: str
    bucket: str
    prefix: str
    levels: Level
    may_overwrite: bool = True
    source: str = ""
    """The rule it comes from, for the explainer: `role:user`, `grant:01J…`, `credential`."""

    def covers_place(self, backend_id: str, bucket: str) -> bool:
        """
        Tell whether the scope reaches this bucket at all.
        """
        return self.bucket in (ANY, bucket) and self.backend_id in (ANY, backend_id)


@dataclass(frozen=True, slots=True)
class Principal:
    """
    The caller of one request.

    A principal may do what both its scopes and its ceiling allow. The ceiling of a virtual
    credential is what its owner may do now; `None` means bounded by the scopes alone.
    """

    kind: PrincipalKind
    id: str
    """User id, access key id, share id, or `anonymous`."""
    role: Role | None = None
    """The user's role, or the role of the credential's owner."""
    user_id: str | None = None
    """Whose deed it is in the audit log: the user, or the owner of the credential."""
    name: str = ""
    scopes: tuple[Scope, ...] = ()
    ceiling: tuple[Scope, ...] | None = None
    answered_by: str | None = None
    """The user whose limits hold where nobody is `user_id`: the owner of a share."""

    @property
    def charged_user_id(self) -> str | None:
        """
        Whose limits of bytes its writes are held to.
        """
        return self.user_id or self.answered_by

    @property
    def is_admin(self) -> bool:
        """
        Tell whether this is a signed-in administrator (a credential of one is not).
        """
        return self.kind is PrincipalKind.USER and self.role is Role.ADMIN


EVERYTHING = Scope(ANY, ANY, "", ALL_LEVELS, source="role:admin")
ANONYMOUS = Principal(PrincipalKind.ANONYMOUS, "anonymous", name="anonymous")
