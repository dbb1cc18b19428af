"""
From any configuration to any other on a real store: it ends without a difference, also when the
process died between two steps.
"""

import asyncio
import os
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from app.audit.event import Actor
from app.plan.plan import Plan, Step
from support.declaring import Declaring, open_declaring
from support.seaweedfs import SeaweedFS

EXAMPLES = int(os.environ.get("STOWAGE_EXAMPLES", "3"))
"""How many pairs of configurations; `make soak` asks for more."""
PRUNED = [
    "groups",
    "grants",
    "users",
    "backends",
    "buckets",
    "aliases",
    "credentials",
    "anonymous",
]
LIMITS = st.sampled_from([{"hard_bytes": 9}, {"soft_bytes": 1}, {"soft_bytes": 1, "hard_bytes": 3}])
LIMITED = st.one_of(st.just({}), st.fixed_dictionaries({"quota": LIMITS}))
ACCESS = st.sampled_from(["readonly", "readwrite", ["list", "write"]])
CORS = {"allowed_origins": ["*"], "allowed_methods": ["GET"], "max_age_seconds": 5}
SETTINGS = st.fixed_dictionaries(
    {},
    optional={
        "versioning": st.booleans(),
        "cors": st.sampled_from([[], [CORS]]),
        "tags": st.sampled_from([{}, {"team": "data"}, {"team": "ops", "cost": "1"}]),
        "quota": LIMITS,
        "size_tracking": st.booleans(),
        "lifecycle": st.sampled_from([[], [{"prefix": "tmp/", "expiration_days": 7}]]),
        "encryption": st.just({"algorithm": "AES256"}),
    },
)
MAILS = ("", "red@a.example", "blue@a.example", "green@a.example")
"""Addresses that the users of two worlds have in any order: nobody can have one twice."""


class Crash(BaseException):
    """
    The process dies here.
    """


@st.composite
def worlds(draw: st.DrawFn) -> dict[str, Any]:
    """
    Draw a valid configuration over a few names, so that two of them meet in every way.
    """

    def some(names: Sequence[str]) -> list[str]:
        # Name by name: drawn as a list, half of all worlds would be nearly empty.
        kept = [name for name in names if draw(st.booleans())]
        return list(draw(st.permutations(kept)))

    users, groups, backends = some(["ann", "Bob", "eve"]), some(["ops", "dev"]), some(["w1", "w2"])
    subjects = [("user", one) for one in users] + [("group", one) for one in groups]
    places = [(backend, bucket) for backend in backends for bucket in ("red", "blue")]
    named = [("role", "user"), *subjects]
    mails = draw(st.permutations(MAILS))
    return {
        "backends": backends,
        "users": [
            {
                "username": name,
                "email": mail,
                "role": draw(st.sampled_from(["user", "readonly"])),
                "enabled": draw(st.booleans()),
                "kind": draw(st.sampled_from(["person", "service"])),
                **draw(LIMITED),
            }
            for name, mail in zip(users, mails, strict=False)
        ],
        "groups": [{"name": name, "members": some(users), **draw(LIMITED)} for name in groups],
        "grants": [
            {kind: name, "backend": backends[0], "access": draw(ACCESS)}
            for kind, name in named
            if backends and draw(st.booleans())
        ],
        "buckets": [
            {"backend": backend, "name": bucket, **draw(SETTINGS)}
            for backend, bucket in places
            if draw(st.booleans())
        ],
        "aliases": [
            {"name": name, "backend": place[0], "bucket": place[1]}
            for name in some(["first", "second"])
            if places and (place := draw(st.sampled_from(places)))
        ],
        "credentials": [
            {
                "access_key": key,
                "owner": draw(st.sampled_from(["", *users])),
                "backend": backends[-1],
                "buckets": draw(st.sampled_from([["red"], ["*"], ["red", "blue"]])),
                "access": draw(ACCESS),
                "enabled": draw(st.booleans()),
                "secret_env": draw(st.sampled_from(["ROBOT", "OTHER"])),
                **draw(LIMITED),
            }
            for key in some(["AKIAONE", "AKIATWO"])
            if backends
        ],
        "anonymous": [
            {"backend": backends[0], "bucket": bucket, "list": draw(st.booleans())}
            for bucket in some(["red", "blue"])
            if backends
        ],
        "gitops": {"prune": PRUNED},
    }


def on(weed: SeaweedFS, world: dict[str, Any], marks: dict[str, str]) -> dict[str, Any]:
    """
    Return a world whose backends are the real store, with bucket names of this example alone.
    """
    place = {
        "type": "s3v4",
        "preset": "seaweedfs",
        "endpoint": weed.endpoint,
        "region": weed.region,
        "access_key_env": "WAK",
        "secret_key_env": "WSK",
    }

    def renamed(item: dict[str, Any], member: str) -> dict[str, Any]:
        # Both backends are one store, where a name is there once.
        return {**item, member: f"{marks['run']}-{item['backend']}-{item[member]}"}

    return {
        **world,
        "backends": [{"id": one, **place} for one in world["backends"]],
        "buckets": [renamed(one, "name") for one in world["buckets"]],
        "aliases": [
            {**renamed(one, "bucket"), "name": f"{one['name']}-alias"} for one in world["aliases"]
        ],
        "anonymous": [renamed(one, "bucket") for one in world["anonymous"]],
    }


async def reach(declaring: Declaring, declared: dict[str, Any]) -> None:
    """
    Apply, and see that nothing is left to do.
    """
    applied = await declaring.planner.apply(await declaring.plan(declared))
    assert applied.failures == ()
    left = await declaring.plan(declared)
    assert left.is_empty, str(left)
    assert left.unknown == ()
    assert left.orphans == ()


def dying_at(plan: Plan, number: int) -> Plan:
    """
    Return the plan with a process that dies before its step of this number.
    """

    async def crash(_: Actor) -> None:
        raise Crash

    def cut(index: int, step: Step) -> Step:
        return replace(step, run=crash) if index == number else step

    return replace(plan, steps=tuple(cut(index, step) for index, step in enumerate(plan.steps)))


async def die(declaring: Declaring, plan: Plan, number: int) -> None:
    """
    Apply, and die before the step of this number.
    """
    with pytest.raises(Crash):
        await declaring.planner.apply(dying_at(plan, number))


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    # What fails is small as it is; making it smaller takes a store's time.
    phases=[Phase.explicit, Phase.generate],
    derandomize="STOWAGE_EXAMPLES" not in os.environ,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(first=worlds(), second=worlds(), number=st.integers(0, 99))
def test_any_configuration_leads_to_any_other_also_after_a_crash(
    seaweedfs: SeaweedFS, first: dict[str, Any], second: dict[str, Any], number: int
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        marks = {"run": f"any-{os.urandom(4).hex()}"}

        async def walk() -> None:
            async with opened(folder, seaweedfs) as declaring:
                await reach(declaring, on(seaweedfs, first, marks))
                plan = await declaring.plan(on(seaweedfs, second, marks))
                if plan.steps:
                    await die(declaring, plan, number % len(plan.steps))
            async with opened(folder, seaweedfs) as declaring:
                await reach(declaring, on(seaweedfs, second, marks))
                await reach(declaring, on(seaweedfs, {**EMPTY}, marks))

        asyncio.run(walk())


ONE_WORLD: dict[str, Any] = {
    "backends": ["w1", "w2"],
    "users": [{"username": "ann", "email": MAILS[1]}, {"username": "bob", "email": MAILS[2]}],
    "groups": [{"name": "ops", "members": ["ann"], "quota": {"hard_bytes": 9}}],
    "grants": [{"group": "ops", "backend": "w1", "access": "readonly"}],
    "buckets": [
        {"backend": "w1", "name": "red", "versioning": True, "quota": {"hard_bytes": 9}},
        {"backend": "w1", "name": "blue", "tags": {"team": "data"}},
    ],
    "aliases": [{"name": "first", "backend": "w1", "bucket": "red"}],
    "credentials": [
        {"access_key": "AKIAONE", "backend": "w1", "buckets": ["red"], "secret_env": "ROBOT"}
    ],
    "anonymous": [{"backend": "w1", "bucket": "red"}],
    "gitops": {"prune": PRUNED},
}
ANOTHER: dict[str, Any] = {
    "backends": ["w2"],
    "users": [{"username": "bob", "email": MAILS[1]}, {"username": "eve", "email": MAILS[2]}],
    "groups": [{"name": "dev", "members": ["eve"]}],
    "grants": [{"user": "bob", "backend": "w2", "access": "full"}],
    "buckets": [
        {"backend": "w2", "name": "red", "versioning": True, "tags": {"team": "ops"}},
        {"backend": "w2", "name": "blue", "cors": [CORS], "size_tracking": False},
    ],
    "aliases": [{"name": "first", "backend": "w2", "bucket": "blue"}],
    "credentials": [
        {"access_key": "AKIAONE", "backend": "w2", "buckets": ["*"], "secret_env": "OTHER"}
    ],
    "anonymous": [],
    "gitops": {"prune": PRUNED},
}


async def test_a_death_before_each_single_step_is_made_good_by_applying_again(
    seaweedfs: SeaweedFS, tmp_path: Path
) -> None:
    marks = {"run": f"each-{os.urandom(4).hex()}"}
    first, second = on(seaweedfs, ONE_WORLD, marks), on(seaweedfs, ANOTHER, marks)
    async with opened(tmp_path, seaweedfs) as declaring:
        await reach(declaring, first)
        steps = [(one.kind, one.id) for one in (await declaring.plan(second)).changes]
    assert {kind for kind, _ in steps} == set(PRUNED)

    for step in steps:
        async with opened(tmp_path, seaweedfs) as declaring:
            # What is done stays done, so that this one is next or its transaction is taken back.
            plan = await declaring.plan(second)
            await die(declaring, plan, [(one.kind, one.id) for one in plan.steps].index(step))

    async with opened(tmp_path, seaweedfs) as declaring:
        await reach(declaring, second)
        await reach(declaring, on(seaweedfs, {**EMPTY}, marks))


EMPTY: dict[str, Any] = {
    **{kind: [] for kind in ("backends", "buckets", "aliases", "anonymous")},
    "gitops": {"prune": PRUNED},
}


def opened(folder: Path, weed: SeaweedFS) -> Any:
    """
    Open services that know the store's keys.
    """
    more = {"WAK": weed.access_key, "WSK": weed.secret_key, "OTHER": "another-secret-of-robots"}
    return open_declaring(folder, environ=more)
