"""
`/metrics`: what this installation counts, as Prometheus reads it.
"""

from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from app.crypto import is_same
from app.errors import registry as errors
from app.metrics import Metrics

_METHODS = ("GET", "HEAD")
_SCHEME = "bearer"


@dataclass(frozen=True, slots=True)
class MetricsPage:
    """
    An ASGI application that answers every path with the metrics; behind a token if there is one.
    """

    metrics: Metrics
    token: str = field(default="", repr=False)
    """What a scrape must show as `Authorization: Bearer`; empty means open."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """
        Answer a scrape.

        Raises:
            StowageError: `method_not_allowed`; `unauthorized` without the token.
        """
        if scope["method"] not in _METHODS:
            scope["stowage.allow"] = ", ".join(_METHODS)
            raise errors.METHOD_NOT_ALLOWED(params={"method": scope["method"]})
        headers = Request(scope).headers
        self._verify(headers.get("authorization", ""))
        body, content_type = self.metrics.render(headers.get("accept", ""))
        response = Response(body, headers={"Content-Type": content_type})
        await response(scope, receive, send)

    def _verify(self, authorization: str) -> None:
        scheme, _, given = authorization.partition(" ")
        is_shown = scheme.lower() == _SCHEME and is_same(self.token, given.strip())
        if self.token and not is_shown:
            raise errors.UNAUTHORIZED()
