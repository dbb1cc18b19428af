"""
From a file to live backends and back: plan, apply, apply again.
"""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from app.backends.rows import BackendChange, NewBackend
from app.clock import SystemClock
from app.config.load import LoadedConfig, load_config
from app.config.problems import ConfigError
from app.database.declared import Declaration
from app.errors.raised import StowageError
from app.plan.apply import Planner
from app.plan.backends import BackendKind
from app.plan.plan import Op, Plan
from support.state import Places
from support.stores import ADMIN, Stores, open_stores

ENVIRON = {"AK": "key", "SK": "secret"}
PLACE = "type: s3v4, access_key_env: AK, secret_key_env: SK"
ONE = f"  - {{id: one, endpoint: 'http://127.0.0.1:9', {PLACE}}}\n"
TWO = f"  - {{id: two, endpoint: 'http://127.0.0.1:9', name: Two, {PLACE}}}\n"


class Repository:
    """
    A file in git and the server that follows it.
    """

    def __init__(self, stores: Stores, folder: Path) -> None:
        self._stores = stores
        self._path = folder / "config.yaml"
        self.environ = dict(ENVIRON)

    @property
    def planner(self) -> Planner:
        kinds = (BackendKind(self._stores.backends, self.environ),)
        stores = self._stores
        return Planner(
            kinds,
            database=stores.database,
            backends=stores.backends,
            audit=stores.audit,
            clock=SystemClock(),
        )

    def write(self, *backends: str, more: str = "") -> LoadedConfig:
        listed = "backends:\n" + "".join(backends) if backends else ""
        self._path.write_text(more + listed)
        return load_config(self._path, {})

    async def plan(self, *backends: str, more: str = "") -> Plan:
        return await self.planner.compute(self.write(*backends, more=more))

    async def apply(self, *backends: str, more: str = "") -> list[str]:
        plan = await self.plan(*backends, more=more)
        await self.planner.apply(plan)
        return str(plan).splitlines()


@pytest.fixture
def repository(stores: Stores, tmp_path: Path) -> Repository:
    return Repository(stores, tmp_path)


async def actions(stores: Stores) -> list[str]:
    return [event.action for event in reversed(await stores.events())]


async def test_a_plan_changes_nothing(repository: Repository, stores: Stores) -> None:
    plan = await repository.plan(ONE, TWO)

    assert str(plan).splitlines() == ["+ backends one", "+ backends two"]
    assert await stores.backends.list() == []
    assert await actions(stores) == []


async def test_what_is_declared_comes_alive(repository: Repository, stores: Stores) -> None:
    await repository.apply(ONE, TWO)

    rows = await stores.backends.list()
    assert [(row.id, row.name, row.source) for row in rows] == [
        ("one", "one", "yaml"),
        ("two", "Two", "yaml"),
    ]
    assert rows[1].source_file.endswith("config.yaml")
    assert (rows[1].source_line, rows[1].declared_id) == (3, "two")
    assert stores.backends.registry.ids == ("one", "two")
    assert await actions(stores) == ["backend.create", "backend.create", "config.apply"]
    (applied, *_) = await stores.events(action="config.apply")
    assert (applied.user_id, json.loads(applied.detail)["applied"]) == ("configuration", 2)


async def test_applying_twice_changes_nothing(repository: Repository, stores: Stores) -> None:
    await repository.apply(ONE, TWO)
    before = await stores.backends.list()
    live = stores.backends.registry.get("one").backend

    assert await repository.apply(ONE, TWO) == ["Nothing to do."]

    assert await stores.backends.list() == before
    assert stores.backends.registry.get("one").backend is live
    assert len(await actions(stores)) == 3


async def test_only_what_differs_is_updated(repository: Repository, stores: Stores) -> None:
    await repository.apply(ONE, TWO)
    changed = TWO.replace("name: Two", "name: Second, region: eu-1, maintenance: true")

    assert await repository.apply(ONE, changed) == ["~ backends two (name, region, maintenance)"]

    row = await stores.backends.get("two")
    assert (row.name, row.region, row.is_in_maintenance) == ("Second", "eu-1", True)
    assert stores.backends.holds_secret(row, "secret")
    (update,) = await stores.events(action="backend.update")
    assert json.loads(update.detail) == {"fields": ["name", "region", "maintenance"]}


async def test_a_new_secret_is_noticed_without_being_shown(
    repository: Repository, stores: Stores
) -> None:
    await repository.apply(ONE)
    repository.environ["SK"] = "rotated-secret"

    plan = await repository.plan(ONE)
    assert str(plan) == "~ backends one (secret_key)"
    assert "rotated" not in repr(plan) + json.dumps(plan.to_dict())
    await repository.planner.apply(plan)

    assert stores.backends.holds_secret(await stores.backends.get("one"), "rotated-secret")
    assert (await repository.plan(ONE)).is_empty


async def test_a_line_that_moved_is_noted_quietly(repository: Repository, stores: Stores) -> None:
    await repository.apply(ONE)

    assert await repository.apply(ONE, more="# a comment\n\n") == ["Nothing to do."]

    assert (await stores.backends.get("one")).source_line == 4
    assert await actions(stores) == ["backend.create", "config.apply"]


async def test_what_is_no_longer_declared_is_reported_and_stays(
    repository: Repository, stores: Stores
) -> None:
    await repository.apply(ONE, TWO)

    lines = await repository.apply(ONE)

    assert len(lines) == 1
    assert lines[0].startswith("! backends two is no longer declared (it was at ")
    assert stores.backends.registry.ids == ("one", "two")
    with pytest.raises(StowageError, match="yaml_managed"):
        await stores.backends.delete(ADMIN, "two")


async def test_pruning_deletes_only_what_a_file_declared(
    repository: Repository, stores: Stores
) -> None:
    await repository.apply(ONE, TWO)
    await stores.backends.create(ADMIN, NewBackend("mine", "http://127.0.0.1:9", "a", "b"))

    plan = await repository.plan(ONE, more="gitops: {prune: [backends]}\n")
    assert [(step.op, step.id, step.is_destructive) for step in plan.changes] == [
        (Op.DELETE, "two", True)
    ]
    await repository.planner.apply(plan)

    assert stores.backends.registry.ids == ("mine", "one")
    assert (await repository.plan(ONE, more="gitops: {prune: [backends]}\n")).is_empty


async def test_the_file_takes_over_what_the_dashboard_made(
    repository: Repository, stores: Stores
) -> None:
    await stores.backends.create(
        ADMIN, NewBackend("one", "http://127.0.0.1:7", "old", "old", name="Mine")
    )

    assert await repository.apply(ONE) == [
        (
            "~ backends one (name, endpoint, access_key, secret_key, source), "
            "takes over what the dashboard made"
        )
    ]

    row = await stores.backends.get("one")
    assert (row.source, row.endpoint, row.created_by) == ("yaml", "http://127.0.0.1:9", "01ADMIN")
    with pytest.raises(StowageError, match="yaml_managed"):
        await stores.backends.update(ADMIN, "one", BackendChange(name="x"))
    assert (await repository.plan(ONE)).is_empty


async def test_a_step_that_is_refused_takes_back_the_whole_plan(
    repository: Repository, stores: Stores
) -> None:
    plan = await repository.plan(ONE, TWO)
    await stores.backends.create(ADMIN, NewBackend("two", "http://127.0.0.1:7", "a", "b"))

    with pytest.raises(ConfigError) as caught:
        await repository.planner.apply(plan)

    (problem,) = caught.value.problems
    assert (problem.key, problem.origin.line) == ("backends two", 3)
    assert [row.id for row in await stores.backends.list()] == ["two"]
    assert stores.backends.registry.ids == ("two",)
    assert await actions(stores) == ["backend.create", "config.apply"]
    (event,) = await stores.events(action="config.apply")
    assert event.status == "error"
    assert json.loads(event.detail) == {"applied": 0, "code": "config_invalid"}
    await repository.apply(ONE, TWO)
    assert (await repository.plan(ONE, TWO)).is_empty


async def test_without_a_sealing_key_the_secret_comes_from_the_file_at_each_start(
    places: Places, tmp_path: Path
) -> None:
    for expected in (["+ backends one"], ["Nothing to do."], ["Nothing to do."]):
        async with open_stores(places, tmp_path, ring=None) as stores:
            assert await Repository(stores, tmp_path).apply(ONE) == expected
            upstream = stores.backends.registry.describe("one")
            assert upstream.key is not None
            assert upstream.key.secret_key == "secret"
            assert (await stores.backends.get("one")).secret_key_sealed is None
    async with open_stores(places, tmp_path) as stores:
        assert await Repository(stores, tmp_path).apply(ONE) == ["~ backends one (secret_key)"]
        assert (await stores.backends.get("one")).is_secret_set


async def test_a_declaration_from_the_environment_names_its_variable(
    stores: Stores, repository: Repository
) -> None:
    backend = {
        "id": "one",
        "type": "s3v4",
        "endpoint": "http://127.0.0.1:9",
        "access_key_env": "AK",
        "secret_key_env": "SK",
    }
    loaded = load_config(None, {"STOWAGE_BACKENDS": json.dumps([backend])})

    await repository.planner.apply(await repository.planner.compute(loaded))

    declared = (await stores.backends.get("one")).declaration
    assert replace(declared, declared_id=None) == Declaration(
        "yaml", "environment variable STOWAGE_BACKENDS"
    )
