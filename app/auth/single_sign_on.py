"""
Single sign-on, where the configuration names it: only then its libraries are loaded at all.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from app.audit.log import AuditLog
from app.auth.sessions import SessionService
from app.clock import Clock
from app.config.identity import AuthConfig
from app.config.secrets import resolve_secret
from app.database.engine import Database
from app.metrics import Metrics

if TYPE_CHECKING:
    from app.auth.oidc.service import OidcService


@asynccontextmanager
async def open_single_sign_on(  # noqa: PLR0913  the parts that a sign-in passes through
    config: AuthConfig,
    environ: Mapping[str, str],
    *,
    database: Database,
    audit: AuditLog,
    clock: Clock,
    metrics: Metrics,
    sessions: SessionService,
) -> "AsyncIterator[OidcService | None]":
    """
    Give the service until the end of the block, or nothing where `auth.modes` does not name it.

    The provider is not contacted before the first sign-in.

    Raises:
        ConfigError: the client secret that the configuration names is not there.
    """
    if "oidc" not in config.modes:
        yield None
        return
    # These take 20 MiB and a third of a second, which nobody else should pay for.
    from app.auth.oidc.provider import Provider  # noqa: PLC0415  see above
    from app.auth.oidc.service import OidcService  # noqa: PLC0415  see above

    secret = resolve_secret(config.oidc.client_secret, environ, key="auth.oidc.client_secret")
    provider = Provider(config.oidc, secret or "", clock=clock)
    service = OidcService(
        database, provider, audit=audit, clock=clock, metrics=metrics, sessions=sessions
    )
    try:
        yield service
    finally:
        await service.close()
