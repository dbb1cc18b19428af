"""
One row of the audit log, and who caused it; standard library only, so that workers build it too.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from app.errors import registry as errors
from app.rbac.levels import Role
from app.rbac.principal import EVERYTHING, Principal, PrincipalKind

DetailValue = str | int | float | bool | None | list[str]
NO_DETAIL: Mapping[str, DetailValue] = MappingProxyType({})


class AuditStatus(StrEnum):
    """
    How it ended: done, refused by a rule of ours, or failed.
    """

    OK = "ok"
    DENIED = "denied"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """
    What happened, to what, by whom and from where. Empty text means unknown.
    """

    at: datetime
    """The moment it happened, aware; not the moment it is stored."""
    action: str
    """A member of `AuditAction`, or `s3.proxy.<operation in lower case>`."""
    status: str = AuditStatus.OK
    user_id: str = ""
    backend_id: str = ""
    bucket: str = ""
    object_key: str = ""
    request_id: str = ""
    ip: str = ""
    user_agent: str = ""
    detail: Mapping[str, DetailValue] = field(default_factory=dict)
    """Facts of this action; never a secret, a password, a share code or a token."""


@dataclass(frozen=True, slots=True)
class Actor:
    """
    Who acts in a service call, and the facts of the request they came with.
    """

    principal: Principal
    request_id: str = ""
    ip: str = ""
    user_agent: str = ""
    token_id: str = ""
    """The API token that proved who it is; stands in the detail of every event."""

    @property
    def id(self) -> str:
        """
        The id that stands in `created_by` columns and audit rows.
        """
        return self.principal.user_id or self.principal.id

    def require_admin(self) -> None:
        """
        Refuse everybody but a signed-in administrator.

        Raises:
            StowageError: `forbidden`, reason `admin.required`.
        """
        if not self.principal.is_admin:
            raise errors.FORBIDDEN(reason="admin.required")

    def event(  # noqa: PLR0913  an event has that many facts, each by its name
        self,
        at: datetime,
        action: str,
        *,
        status: str = AuditStatus.OK,
        backend_id: str = "",
        bucket: str = "",
        object_key: str = "",
        detail: Mapping[str, DetailValue] = NO_DETAIL,
    ) -> AuditEvent:
        """
        Return the audit event of something this actor did or tried.
        """
        return AuditEvent(
            at=at,
            action=action,
            status=status,
            user_id=self.id,
            backend_id=backend_id,
            bucket=bucket,
            object_key=object_key,
            request_id=self.request_id,
            ip=self.ip,
            user_agent=self.user_agent,
            detail={**detail, "token": self.token_id} if self.token_id else dict(detail),
        )


SYSTEM = Actor(
    Principal(PrincipalKind.USER, "system", role=Role.ADMIN, name="system", scopes=(EVERYTHING,))
)
"""Stowage itself: a command at the terminal, the configuration, a regular job."""
