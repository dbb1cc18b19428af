"""
The audit rows of signing in and out, whatever the proof was.
"""

from dataclasses import dataclass, field

from app.audit.actions import AuditAction
from app.audit.event import AuditEvent, AuditStatus, DetailValue
from app.audit.log import AuditLog
from app.clock import Clock
from app.errors.raised import StowageError
from app.metrics import Metrics

_MAX_NAMED = 128


@dataclass(frozen=True, slots=True)
class Caller:
    """
    Where a sign-in comes from.
    """

    request_id: str = ""
    ip: str = ""
    user_agent: str = ""
    session: str = field(default="", repr=False)
    """The cookie's value of the session that the browser had before, whoever's that was."""


class SignInJournal:
    """
    Writes down who came in, who did not and why, and who left.
    """

    def __init__(self, audit: AuditLog, *, clock: Clock, metrics: Metrics) -> None:
        self._audit = audit
        self._clock = clock
        self._metrics = metrics

    def signed_in(self, caller: Caller, source: str, user_id: str) -> None:
        """
        Write down a sign-in; `source` is how it was proved.
        """
        self._record(caller, AuditAction.AUTH_LOGIN, {"source": source}, user_id)

    def refused(
        self, caller: Caller, source: str, error: StowageError, *, username: str = ""
    ) -> None:
        """
        Write down a sign-in that was refused, and count it.
        """
        self._metrics.count_login_failure(error.code)
        detail: dict[str, DetailValue] = {
            "source": source,
            "reason": error.reason or error.code,
            "username": username[:_MAX_NAMED],
        }
        self._record(caller, AuditAction.AUTH_LOGIN, detail, status=AuditStatus.DENIED)

    def signed_out(self, caller: Caller, user_id: str) -> None:
        """
        Write down that somebody left.
        """
        self._record(caller, AuditAction.AUTH_LOGOUT, {}, user_id)

    def ended(self, caller: Caller, source: str, user_ids: list[str]) -> None:
        """
        Write down that a provider ended sessions.
        """
        for user_id in user_ids:
            detail: dict[str, DetailValue] = {"source": source, "target_id": user_id}
            self._record(caller, AuditAction.SESSION_REVOKE, detail, user_id)

    def _record(
        self,
        caller: Caller,
        action: AuditAction,
        detail: dict[str, DetailValue],
        user_id: str = "",
        *,
        status: AuditStatus = AuditStatus.OK,
    ) -> None:
        self._audit.record(
            AuditEvent(
                at=self._clock.now(),
                action=action,
                status=status,
                user_id=user_id,
                request_id=caller.request_id,
                ip=caller.ip,
                user_agent=caller.user_agent,
                detail=detail,
            )
        )
