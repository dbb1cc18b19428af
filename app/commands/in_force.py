"""
Another configuration for a running process, put in force in one moment.
"""

import os

from app.config.live import Commit
from app.config.models import Config
from app.config.secrets import resolve_secret
from app.logs import configure_logs
from app.plan.configuration import Prepare
from app.services import Services
from dashboard.live import LiveDashboard


def prepare_for(services: Services, dashboard: LiveDashboard) -> Prepare:
    """
    Return what checks another configuration for this process, and puts it in force afterwards.
    """

    def prepare(config: Config) -> Commit:
        resolve_secret(config.metrics.token, os.environ, key="metrics.token")

        def commit() -> None:
            configure_logs(level=config.log.level, log_format=config.log.format)
            put_in_force(services, config)
            dashboard.rebuild()

        return commit

    return prepare


def put_in_force(services: Services, config: Config) -> None:
    """
    Hand every part of a configuration to the service that goes by it, and to the S3 endpoint.
    """
    services.live.current = config
    services.users.policy = config.auth.local.password
    services.sessions.config = config.auth.session
    services.tokens.config = config.auth.tokens
    services.login.config = config.auth
    services.limits.config = config.ratelimit
    services.shares.links.config = config.shares
    services.shares.visits.config = config.shares
    services.objects.uploads.max_part_bytes = config.uploads.max_part_bytes
    services.access.configure(config.auth)
    services.feed.configure(config)
    if services.oidc is not None:
        services.oidc.configure(config.auth.oidc)
