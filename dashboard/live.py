"""
The dashboard as the configuration in force wants it.
"""

from starlette.types import ASGIApp, Receive, Scope, Send

from app.services import Services
from dashboard.app import create_dashboard
from dashboard.readiness import Readiness


class LiveDashboard:
    """
    An application that can be replaced by another one; requests under way end where they began.
    """

    def __init__(self, services: Services, readiness: Readiness) -> None:
        self._services = services
        self._readiness = readiness
        self._application: ASGIApp = create_dashboard(services, readiness=readiness)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """
        Answer a request.
        """
        await self._application(scope, receive, send)

    def rebuild(self) -> None:
        """
        Answer the next request as the configuration wants it that is in force now.

        Raises:
            ConfigError: the token of the metrics, which the configuration names, is not there.
        """
        self._application = create_dashboard(self._services, readiness=self._readiness)
