"""
Another configuration in a running process: every service goes by its part of it at once.
"""

from pathlib import Path

from app.commands.in_force import put_in_force
from app.config.models import Config
from app.rbac.levels import Role
from support.declaring import open_declaring


async def test_every_service_goes_by_its_part_at_once(tmp_path: Path) -> None:
    config = Config.model_validate(
        {
            "auth": {
                "session": {"lifetime": "2h", "idle_timeout": "1h"},
                "local": {"password": {"min_length": 20}},
                "tokens": {"max_lifetime": "24h"},
                "role_grants": {"user": []},
            },
            "ratelimit": {"login_per_15m": 3},
            "shares": {"enabled": False},
            "uploads": {"max_part_bytes": 5 * 2**20},
            "s3_proxy": {"per_key_rps": 7, "anonymous_enabled": True},
        }
    )
    async with open_declaring(tmp_path) as declaring:
        services = declaring.services
        await services.feed.refresh()

        put_in_force(services, config)
        await services.feed.refresh()

        assert services.config is config
        assert services.sessions.config.lifetime == 7200
        assert services.users.policy.min_length == 20
        assert services.tokens.config.max_lifetime == 86400
        assert services.login.config is config.auth
        assert services.limits.config.login_per_15m == 3
        assert not services.shares.links.config.enabled
        assert not services.shares.visits.config.enabled
        assert services.objects.uploads.max_part_bytes == 5 * 2**20
        ann = await services.access.principal_of(user_id="1", username="ann", role=Role.USER)
        assert ann.scopes == ()
        settings = services.feed.current.settings
        assert (settings.per_key_requests_per_second, settings.is_anonymous_enabled) == (7, True)
