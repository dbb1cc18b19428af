"""
`create_dashboard`: the JSON API, the documentation and the user interface as one application.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import Receive, Scope, Send

from app.config.secrets import resolve_secret
from app.errors import registry as errors
from app.services import Services
from dashboard.call import Call, Row, respond
from dashboard.docs import docs_folder, docs_routes, load_documentation
from dashboard.exchange import exchange_of
from dashboard.exposition import MetricsPage
from dashboard.middleware import RequestFacts, Rescue, SameOrigin, SecurityHeaders
from dashboard.origin import OwnOrigin
from dashboard.pages import Pages
from dashboard.peers import TrustedProxies
from dashboard.reach import Reach
from dashboard.readiness import Readiness
from dashboard.refusals import ROUTE, RefusalWatch
from dashboard.routes import ROWS
from dashboard.session import SAFE_METHODS, Gate, SignedIn, admit, sees
from dashboard.watch import Watch

_BOTH_SPELLINGS = "~"
_BACKEND_CALLS = "/api/backends/{bid}"
# Below these, nobody learns without a session whether there is a route.
_COLLECTIONS = {
    "/api/admin": Gate.ADMIN,
    "/api/backends": Gate.ANY,
    "/api/shares": Gate.ANY,
    "/api/me/pins": Gate.ANY,
    "/api/me/s3-credentials": Gate.ANY,
}


def create_dashboard(
    services: Services, *, readiness: Readiness, environ: Mapping[str, str] = os.environ
) -> Starlette:
    """
    Build the application. Opening and closing the services is the caller's.

    Raises:
        ConfigError: the token of the metrics, which the configuration names, is not there.
    """
    config = services.config
    pages: list[BaseRoute] = [
        *docs_routes(load_documentation(docs_folder())),
        *(Mount(prefix, UnknownRoute(services)) for prefix in ("/api", "/auth")),
        Mount("", Pages()),
    ]
    if not config.metrics.listen:
        pages.insert(0, Route("/metrics", metrics_page(services, environ)))
    app = Starlette(
        routes=[*_api_routes(services, readiness), *pages],
        middleware=[
            Middleware(RequestFacts, proxies=TrustedProxies.parse(config.server.trusted_proxies)),
            Middleware(Watch, metrics=services.metrics, logs_every_request=config.log.access),
            Middleware(SecurityHeaders),
            Middleware(Rescue, public_url=config.server.public_url, show_debug=config.server.dev),
            Middleware(RefusalWatch, audit=services.audit, clock=services.clock),
            Middleware(SameOrigin, own=OwnOrigin(config.server.public_url)),
        ],
        exception_handlers={HTTPException: _raise_ours},
    )
    app.router.redirect_slashes = False
    return app


def metrics_page(services: Services, environ: Mapping[str, str] = os.environ) -> MetricsPage:
    """
    Return the page that a scrape reads, for the dashboard or for a listener of its own.

    Raises:
        ConfigError: the token that the configuration names is not there.
    """
    token = resolve_secret(services.config.metrics.token, environ, key="metrics.token")
    return MetricsPage(services.metrics, token or "")


def _api_routes(services: Services, readiness: Readiness) -> list[BaseRoute]:
    by_path: dict[str, dict[str, Row]] = {}
    for row in ROWS:
        for path in spellings(row.path):
            by_path.setdefault(path, {})[row.method] = row
    return [Route(path, PathEndpoint(rows, services, readiness)) for path, rows in by_path.items()]


def spellings(path: str) -> Sequence[str]:
    """
    Return the paths that a row of the table answers.
    """
    if not path.endswith(_BOTH_SPELLINGS):
        return [path]
    bare = path.removesuffix(_BOTH_SPELLINGS)
    return [bare, f"{bare}/"]


async def _raise_ours(request: Request, fault: Exception) -> Response:
    # Starlette's own 404 and 405 (a foreign method on a page of the documentation) become ours.
    allow = fault.headers.get("Allow") if isinstance(fault, HTTPException) and fault.headers else ""
    if allow:
        request.scope["stowage.allow"] = allow
        raise errors.METHOD_NOT_ALLOWED(params={"method": request.method}) from fault
    raise errors.NOT_FOUND(reason="route.unknown") from fault


@dataclass(frozen=True, slots=True)
class PathEndpoint:
    """
    Everything that answers at one path: the rows of the table by their method.
    """

    rows: Mapping[str, Row]
    services: Services
    readiness: Readiness

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """
        Lead the request through the gates to its endpoint, and the answer out.

        Raises:
            StowageError: whatever a gate or the endpoint refuses.
        """
        request = Request(scope, receive, send)
        row = self.rows.get(request.method)
        if row is None:
            await self._refuse_method(request)
            return
        scope[ROUTE] = row.path.removesuffix(_BOTH_SPELLINGS)
        signed_in = await admit(
            request,
            self.services,
            row.gate,
            before_rotation=row.before_rotation,
            reach=row.reach,
        )
        self._find_backend(request, row, signed_in)
        if row.method not in SAFE_METHODS:
            # What changes something is written down, or it does not happen.
            await self.services.audit.wait_for_room()
        call = Call(request, self.services, self.readiness, signed_in, row.max_body_bytes)
        response = await respond(await row.endpoint(call), row.status)
        await response(scope, receive, send)

    async def _refuse_method(self, request: Request) -> None:
        # Who may not call the path at all is told that first.
        gates = {row.gate for row in self.rows.values()}
        gate = Gate.ADMIN if gates == {Gate.ADMIN} else Gate.ANY
        if gates.isdisjoint({Gate.PUBLIC, Gate.OPTIONAL}):
            await admit(request, self.services, gate, before_rotation=False, reach=Reach.ANY)
        request.scope["stowage.allow"] = ", ".join(self.rows)
        raise errors.METHOD_NOT_ALLOWED(params={"method": request.method})

    def _find_backend(self, request: Request, row: Row, signed_in: SignedIn | None) -> None:
        """
        Refuse a backend that is unknown, or on which the caller holds nothing: both look alike.
        """
        backend_id = request.path_params.get("bid")
        if backend_id is None:
            return
        is_known = backend_id in self.services.registry.ids
        if is_known:
            exchange_of(request.scope).backend_id = backend_id
        if row.path.startswith(_BACKEND_CALLS) and not (
            is_known and signed_in is not None and sees(signed_in.principal, backend_id)
        ):
            raise errors.NOT_FOUND(reason="backend.unknown")


@dataclass(frozen=True, slots=True)
class UnknownRoute:
    """
    What is not in the table: `not_found`, behind the gates where the path lies in a collection.
    """

    services: Services

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """
        Refuse.

        Raises:
            StowageError: always.
        """
        for prefix, gate in _COLLECTIONS.items():
            if scope["path"].startswith(f"{prefix}/"):
                request = Request(scope, receive, send)
                await admit(request, self.services, gate, before_rotation=False, reach=Reach.ANY)
        raise errors.NOT_FOUND(reason="route.unknown")
