"""
The configuration in force: taken over whole or not at all, compared with reality, tried again.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import generate_latest

from app.audit.query import AuditQuery
from app.auth.user import NewUser
from app.config.live import Commit
from app.config.load import ConfigSource
from app.config.models import Config
from app.config.problems import ConfigError, Problem
from app.errors.raised import StowageError
from app.plan.configuration import ConfigurationService
from app.plan.reload import Outcome
from app.plan.watch import following
from app.rbac.levels import Role
from support.declaring import PLACE, Declaring, open_declaring
from support.polling import wait_until_async
from support.state import PASSWORD, actor_of
from support.stores import ADMIN

BACKEND = {"id": "one", **PLACE}
ALIAS = {"name": "short", "backend": "one", "bucket": "a-long-name"}


class Followed:
    """
    A service that follows a file, and what was put in force so far.
    """

    def __init__(self, declaring: Declaring) -> None:
        self.declaring = declaring
        self.in_force: list[Config] = []

    @property
    def service(self) -> ConfigurationService:
        return self.declaring.services.configuration

    def write(self, **declared: Any) -> None:
        self.declaring.path.write_text(yaml.safe_dump(declared, sort_keys=False))

    def prepare(self, config: Config) -> Commit:
        return lambda: self.in_force.append(config)

    async def start(self, **declared: Any) -> None:
        self.write(**declared)
        source = ConfigSource(self.declaring.path, {})
        await self.service.start(source.load(), source=source)
        self.service.follow(self.prepare)


@pytest.fixture
async def followed(tmp_path: Path) -> AsyncIterator[Followed]:
    async with open_declaring(tmp_path) as opened:
        yield Followed(opened)


async def actions(followed: Followed, action: str) -> int:
    audit = followed.declaring.services.audit
    await audit.flush()
    return len((await audit.search(AuditQuery(action=action))).events)


async def test_settings_and_things_are_taken_over_together(followed: Followed) -> None:
    await followed.start(backends=[BACKEND])
    followed.write(backends=[BACKEND], aliases=[ALIAS], auth={"notice": "hello"})

    result = await followed.service.reload(ADMIN)

    assert (result.outcome, result.applied) == (Outcome.APPLIED, 1)
    assert result.settings == ("auth.notice",)
    assert [one.auth.notice for one in followed.in_force] == ["hello"]
    assert followed.declaring.services.config.auth.notice == "hello"
    again = await followed.service.reload(ADMIN)
    assert (again.outcome, again.applied) == (Outcome.UNCHANGED, 0)
    assert followed.service.describe() == ""


async def test_a_step_that_is_refused_leaves_settings_and_things_as_they_were(
    followed: Followed,
) -> None:
    """
    One user may not be demoted, so that nothing of the change is in force.
    """
    services = followed.declaring.services
    await followed.start(backends=[BACKEND], users=[{"username": "boss", "role": "admin"}])
    followed.write(
        backends=[{**BACKEND, "name": "Renamed"}],
        users=[{"username": "boss", "role": "user"}],
        aliases=[ALIAS],
        auth={"notice": "hello"},
    )

    result = await followed.service.reload(ADMIN)

    assert result.outcome is Outcome.REJECTED
    (problem,) = result.problems
    assert (problem.key, problem.origin.line) == ("users boss", 9)
    assert "last enabled administrator" in problem.message
    assert followed.in_force == []
    assert services.config.auth.notice == ""
    assert await services.aliases.list(ADMIN) == []
    assert (await services.backends.get("one")).name == "one"
    assert services.registry.describe("one").info.name == "one"
    assert await actions(followed, "alias.create") == 0
    assert await actions(followed, "config.reject") == 1
    assert "rejected" in followed.service.describe()


async def test_a_file_that_cannot_be_read_changes_nothing(followed: Followed) -> None:
    await followed.start(backends=[BACKEND], aliases=[ALIAS])
    followed.declaring.path.write_text("backends: [")

    result = await followed.service.reload(ADMIN)

    assert result.outcome is Outcome.REJECTED
    assert result.problems[0].origin.line == 1
    assert len(await followed.declaring.services.aliases.list(ADMIN)) == 1
    assert "stowage_config_last_reload_successful 0.0" in metrics(followed)
    followed.write(backends=[BACKEND], aliases=[ALIAS])
    assert (await followed.service.reload(ADMIN)).is_taken_over
    assert "stowage_config_last_reload_successful 1.0" in metrics(followed)


async def test_what_the_process_cannot_build_is_refused_before_anything_changes(
    followed: Followed,
) -> None:
    await followed.start(backends=[BACKEND])

    def refuse(_: Config) -> Commit:
        raise ConfigError([Problem("no")])

    followed.service.follow(refuse)
    followed.write(backends=[BACKEND], aliases=[ALIAS])

    assert (await followed.service.reload(ADMIN)).outcome is Outcome.REJECTED
    assert await followed.declaring.services.aliases.list(ADMIN) == []


async def test_drift_is_counted_by_kind_and_ends_with_the_next_application(
    followed: Followed,
) -> None:
    services = followed.declaring.services
    await followed.start(backends=[BACKEND], aliases=[ALIAS])
    assert (await followed.service.check_drift()).counts() == {}
    (alias,) = await followed.declaring.planner.kinds[4].load()
    await services.aliases.delete(ADMIN, "short", by=alias.declaration)

    drift = await followed.service.check_drift()

    assert drift.counts() == {"aliases": 1}
    assert 'stowage_config_drift{kind="aliases"} 1.0' in metrics(followed)
    assert 'stowage_config_drift{kind="users"} 0.0' in metrics(followed)
    assert (await followed.service.reload(ADMIN)).applied == 1
    assert (await followed.service.check_drift()).counts() == {}


async def test_reality_is_compared_on_a_schedule_that_may_change(followed: Followed) -> None:
    services, quiet = followed.declaring.services, {"watch": False}
    declared = {"backends": [BACKEND], "aliases": [ALIAS]}
    await followed.start(**declared, gitops={**quiet, "drift_interval": "24h"})
    (alias,) = await followed.declaring.planner.kinds[4].load()
    async with following(followed.service):
        followed.write(**declared, gitops={**quiet, "drift_interval": "10ms"})
        await followed.service.reload(ADMIN)
        await services.aliases.delete(ADMIN, "short", by=alias.declaration)

        async def is_seen() -> bool:
            return 'stowage_config_drift{kind="aliases"} 1.0' in metrics(followed)

        await wait_until_async(is_seen, what="the drift is seen")
    assert followed.service.drift is not None
    assert followed.service.drift.counts() == {"aliases": 1}


async def test_files_that_nobody_watches_any_more_are_left_alone(followed: Followed) -> None:
    """
    Also a change that was noticed a moment before.
    """
    await followed.start(backends=[BACKEND], gitops={"watch": False})
    followed.write(backends=[BACKEND], aliases=[ALIAS])

    await followed.service.notice()

    assert await followed.declaring.services.aliases.list(ADMIN) == []


async def test_a_store_that_comes_back_gets_what_was_declared(followed: Followed) -> None:
    bucket = {"backend": "one", "name": "logs"}
    await followed.start(backends=[BACKEND], buckets=[bucket])
    assert followed.service.is_unfinished
    assert followed.service.last_reload is not None
    (problem,) = followed.service.last_reload.problems
    assert problem.key == "buckets one/logs"

    await followed.service.finish()

    assert followed.service.is_unfinished
    assert followed.service.describe() == "the last change of the file was incomplete"


async def test_a_change_of_a_file_that_is_named_by_a_secret_is_noticed(
    followed: Followed, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_text("secret-one-of-sixteen")
    key = {
        "access_key": "AKIAROBOT",
        "backend": "one",
        "buckets": ["logs"],
        "secret_file": str(tmp_path / "secret"),
    }
    await followed.start(backends=[BACKEND], credentials=[key])
    holds = followed.declaring.services.credentials.holds_secret
    async with running(followed):
        (tmp_path / "secret").write_text("secret-two-of-sixteen")
        await wait_until_async(
            lambda: holds("AKIAROBOT", "secret-two-of-sixteen"), what="the new secret"
        )


async def test_a_folder_that_vanishes_and_comes_back_is_followed_on(
    followed: Followed, tmp_path: Path
) -> None:
    folder = tmp_path / "deployed"
    folder.mkdir()
    followed.declaring.path = folder / "config.yaml"
    await followed.start(backends=[BACKEND])
    async with running(followed):
        folder.rename(tmp_path / "away")
        await wait_until_async(lambda: _has_ended(followed, Outcome.REJECTED), what="it is gone")
        (tmp_path / "away").rename(folder)
        followed.write(backends=[BACKEND], aliases=[ALIAS])

        await wait_until_async(lambda: _has_ended(followed, Outcome.APPLIED), what="it is back")
    assert len(await followed.declaring.services.aliases.list(ADMIN)) == 1


async def test_only_an_administrator_is_named_by_a_reload(followed: Followed) -> None:
    services = followed.declaring.services
    await followed.start(backends=[BACKEND])
    user = await services.users.create(ADMIN, NewUser("boss", PASSWORD, "admin"))
    assert user.role is Role.ADMIN

    result = await followed.service.reload(actor_of(user))

    assert result.by == "boss"


async def test_a_plan_that_was_not_seen_is_refused(followed: Followed) -> None:
    await followed.start(backends=[BACKEND])
    followed.write(backends=[BACKEND], aliases=[ALIAS])
    pending = await followed.service.find_pending()

    with pytest.raises(StowageError, match="since this plan was made"):
        await followed.service.reload(ADMIN, seen="f" * 64)
    assert (await followed.service.reload(ADMIN, seen=pending.hash)).applied == 1


@asynccontextmanager
async def running(followed: Followed) -> AsyncIterator[None]:
    """
    Follow the file, from when the start is over.
    """
    async with following(followed.service):
        await wait_until_async(
            lambda: _has_ended(followed, Outcome.UNCHANGED), what="the start is over"
        )
        yield


def metrics(followed: Followed) -> str:
    return generate_latest(followed.declaring.services.metrics.registry).decode()


async def _has_ended(followed: Followed, outcome: Outcome) -> bool:
    last = followed.service.last_reload
    return last is not None and last.outcome is outcome


async def test_replicas_that_take_over_one_file_at_once_agree(followed: Followed) -> None:
    """
    What another replica made in the meantime is found, not refused.
    """
    await followed.start(backends=[BACKEND])
    planner = followed.declaring.planner
    loaded = followed.declaring.load({"backends": [BACKEND], "aliases": [ALIAS]})
    mine, theirs = await planner.compute(loaded), await planner.compute(loaded)
    await planner.apply(theirs)

    applied = await planner.make_so(loaded, mine)

    assert applied.done == 0
    assert len(await followed.declaring.services.aliases.list(ADMIN)) == 1
