"""
What is written down of a call that was refused: who, from where, which route, and why.

A refusal that a service has recorded with its own action is not recorded twice. Nor is the question
who is signed in, when nobody claims to be: that is how every visit begins.
"""

from starlette.types import ASGIApp, Receive, Scope, Send

from app.audit.actions import AuditAction
from app.audit.event import AuditEvent, AuditStatus, DetailValue
from app.audit.log import RECORDED, AuditLog
from app.clock import Clock
from app.errors import registry as errors
from app.errors.raised import StowageError
from dashboard.exchange import exchange_of

_REFUSALS = frozenset(
    entry.code
    for entry in (
        errors.UNAUTHORIZED,
        errors.CSRF_INVALID,
        errors.SOURCE_UNTRUSTED,
        errors.PASSWORD_CHANGE_REQUIRED,
        errors.RATE_LIMITED,
        errors.FORBIDDEN,
        errors.IP_DENIED,
    )
)
_SAFE_METHODS = frozenset({"GET", "HEAD"})
ROUTE = "stowage.route"
"""Where the route's path, as the table has it, stands in the ASGI scope."""


class RefusalWatch:
    """
    Notices refusals on their way out and hands them to the audit log.
    """

    def __init__(self, app: ASGIApp, *, audit: AuditLog, clock: Clock) -> None:
        self._app = app
        self._audit = audit
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """
        Let everything pass as it is.
        """
        recorded: list[str] = []
        token = RECORDED.set(recorded)
        try:
            await self._app(scope, receive, send)
        except StowageError as error:
            if error.code in _REFUSALS and not recorded and not _is_first_question(scope, error):
                self._audit.refuse(self._event(scope, error))
            raise
        finally:
            RECORDED.reset(token)

    def _event(self, scope: Scope, error: StowageError) -> AuditEvent:
        exchange, places = exchange_of(scope), scope.get("path_params", {})
        detail: dict[str, DetailValue] = {
            "method": scope["method"],
            # Never the path itself, which may hold the code of a share.
            "route": scope.get(ROUTE, ""),
            "code": error.code,
            "reason": error.reason or error.code,
        }
        return AuditEvent(
            at=self._clock.now(),
            action=AuditAction.REQUEST_REFUSE,
            status=AuditStatus.DENIED,
            user_id=exchange.user_id,
            backend_id=places.get("bid", ""),
            bucket=places.get("bucket", ""),
            request_id=exchange.request_id,
            ip=exchange.peer.ip,
            user_agent=exchange.user_agent,
            detail=detail,
        )


def _is_first_question(scope: Scope, error: StowageError) -> bool:
    is_unclaimed = error.entry is errors.UNAUTHORIZED and error.reason is None
    return is_unclaimed and scope["method"] in _SAFE_METHODS
