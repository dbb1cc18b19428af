"""
How many bytes users, groups and credentials may add, as a file declares it; on both databases.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.config.problems import ConfigError
from app.errors.raised import StowageError
from app.plan.export import export_yaml
from app.quotas.limits import Limits, QuotaKind, QuotaSubject
from app.quotas.quota import Quota
from app.snapshot.limits import follow_limits
from support.declaring import PLACE, Declaring, open_declaring
from support.polling import wait_until_async
from support.stores import ADMIN

WANTED = Mapping[str, Mapping[str, int] | None]
NOTHING: WANTED = {"users": None, "groups": None, "credentials": None}
FIRST: WANTED = {
    "users": {"hard_bytes": 1000},
    "groups": {"soft_bytes": 10, "hard_bytes": 20},
    "credentials": {"soft_bytes": 5},
}
SECOND: WANTED = {**FIRST, "users": {"hard_bytes": 2000}, "credentials": {"hard_bytes": 7}}


def declared(wanted: WANTED, **more: Any) -> dict[str, Any]:
    """
    Return a file with one thing of each kind, all of one name, so limited.
    """

    def limited(kind: str, item: dict[str, Any]) -> list[dict[str, Any]]:
        quota = wanted[kind]
        return [item if quota is None else {**item, "quota": dict(quota)}]

    key = {"access_key": "SAME", "backend": "one", "buckets": ["logs"], "secret_env": "ROBOT"}
    return {
        "backends": [{"id": "one", **PLACE}],
        "users": limited("users", {"username": "SAME"}),
        "groups": limited("groups", {"name": "SAME", "members": ["same"]}),
        "credentials": limited("credentials", key),
        **more,
    }


both_databases = pytest.mark.parametrize("declaring", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
async def declaring(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Declaring]:
    more: dict[str, Any] = {}
    if getattr(request, "param", "sqlite") == "postgresql":
        server = {"url_env": "DATABASE_URL"}
        more["db"] = {"driver": "postgres", "postgres": server}
        more["environ"] = {"DATABASE_URL": request.getfixturevalue("postgres_url")}
    async with open_declaring(tmp_path, **more) as opened:
        yield opened


async def held(declaring: Declaring) -> dict[str, Quota]:
    """
    Return every limit of somebody who writes, by kind.
    """
    found = await declaring.services.quotas.list(ADMIN)
    return {f"{one.subject.kind}s": one for one in found}


@both_databases
async def test_a_limit_is_made_changed_handed_back_and_ends_with_its_owner(
    declaring: Declaring,
) -> None:
    same = {"users": "same", "groups": "SAME", "credentials": "SAME"}
    made = [f"+ {kind} {one_id}" for kind, one_id in same.items()]
    assert await declaring.apply(declared(FIRST)) == ["+ backends one", *made]
    assert await declaring.apply(declared(FIRST)) == ["Nothing to do."]
    assert (await held(declaring))["groups"].limits == Limits(10, 20)

    changed = ["~ users same (quota)", "~ credentials SAME (quota)"]
    assert await declaring.apply(declared(SECOND)) == changed
    assert await declaring.apply(declared(SECOND)) == ["Nothing to do."]
    by_kind = await held(declaring)
    assert [by_kind[kind].limits for kind in same] == [
        Limits(0, 2000),
        Limits(10, 20),
        Limits(0, 7),
    ]
    assert {one.source for one in by_kind.values()} == {"yaml"}

    # What is left out is left alone, and anybody's from then on.
    assert await declaring.apply(declared(NOTHING)) == ["Nothing to do."]
    by_kind = await held(declaring)
    assert {one.source for one in by_kind.values()} == {"dashboard"}
    user = by_kind["users"].subject
    await declaring.services.quotas.charged.put(ADMIN, user, Limits(0, 3))
    assert await declaring.apply(declared(NOTHING)) == ["Nothing to do."]
    assert await declaring.apply(declared(SECOND)) == ["~ users same (quota)"]

    everything = {"gitops": {"prune": list(same)}, **{kind: [] for kind in same}}
    await declaring.apply(declared(NOTHING, **everything))
    assert await held(declaring) == {}


@both_databases
async def test_a_declared_limit_is_read_only_elsewhere(declaring: Declaring) -> None:
    await declaring.apply(declared(FIRST))
    moved = {"x-more": ["a", "b"], **declared(FIRST)}
    assert await declaring.apply(moved) == ["Nothing to do."]
    charged = declaring.services.quotas.charged

    for kind, quota in (await held(declaring)).items():
        for call in (
            charged.put(ADMIN, quota.subject, Limits(0, 1)),
            charged.delete(ADMIN, quota.subject),
        ):
            with pytest.raises(StowageError, match="yaml_managed") as caught:
                await call
            assert caught.value.params["file"] == str(declaring.path)
            assert str(caught.value.params["id"]).casefold() == f"{kind[:-1]}:same"
            line = int(str(caught.value.params["line"]))
            text = declaring.path.read_text().splitlines()
            assert text.index(f"{kind}:") + 2 == line
    assert (await held(declaring))["users"].limits == Limits(0, 1000)


async def test_what_is_exported_has_the_limits_and_applies_to_no_change(
    declaring: Declaring,
) -> None:
    await declaring.apply(declared(NOTHING))
    user = await declaring.services.users.find_by_name("same")
    assert user is not None
    charged = declaring.services.quotas.charged
    for kind, one_id in (("user", user.id), ("credential", "SAME")):
        await charged.put(ADMIN, QuotaSubject(QuotaKind(kind), one_id), Limits(1, 2))

    kinds = declaring.planner.kinds[:-1]  # but for buckets, whose store is away
    text = await export_yaml(kinds, declaring.load(declared(NOTHING)))
    exported = yaml.safe_load(text)

    assert exported["users"][0]["quota"] == {"soft_bytes": 1, "hard_bytes": 2}
    assert exported["credentials"][0]["quota"] == {"soft_bytes": 1, "hard_bytes": 2}
    assert "quota" not in exported["groups"][0]
    assert await declaring.apply(exported) == ["Nothing to do."]
    assert {one.source for one in (await held(declaring)).values()} == {"yaml"}


async def test_limits_that_are_not_applied_whole_are_not_heeded(declaring: Declaring) -> None:
    """
    The last step of the transaction fails: nobody is held to a limit that is not there.
    """
    services = declaring.services
    await declaring.apply(declared(NOTHING))
    plan = await declaring.plan(declared(FIRST))
    # Somebody is faster: the credential of the plan's last step is gone when it is run.
    await services.credentials.delete(
        ADMIN, "SAME", by=(await declaring.planner.kinds[5].load())[0].declaration
    )

    with pytest.raises(ConfigError):
        await declaring.planner.apply(plan)

    assert await held(declaring) == {}
    assert list(services.quotas.ledger.accounts) == []


async def test_writes_are_held_to_a_declared_limit(declaring: Declaring) -> None:
    services = declaring.services
    await declaring.apply(declared(NOTHING))
    ledger = services.quotas.ledger

    async def is_heeded() -> bool:
        return {f"{one.subject.kind}s" for one in ledger.accounts} == set(FIRST)

    await services.feed.refresh()
    following = asyncio.create_task(follow_limits(services.feed, ledger, services.database))
    feeding = asyncio.create_task(services.feed.follow())
    try:
        await declaring.apply(declared(FIRST))

        await wait_until_async(is_heeded)
    finally:
        for task in (following, feeding):
            task.cancel()
        await asyncio.gather(following, feeding, return_exceptions=True)
