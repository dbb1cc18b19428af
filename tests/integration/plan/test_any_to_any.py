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

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from app.audit.event import Actor
from app.plan.plan import Plan, Step
from support.declaring import Declaring, open_declaring
from support.seaweedfs import SeaweedFS

EXAMPLES = int(os.environ.get("STOWAGE_EXAMPLES", "4"))
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
ACCESS = st.sampled_from(["readonly", "readwrite", ["list", "write"]])
SETTINGS = st.fixed_dictionaries(
    {},
    optional={
        "versioning": st.booleans(),
        "cors": st.sampled_from(
            [[], [{"allowed_origins": ["*"], "allowed_methods": ["GET"], "max_age_seconds": 5}]]
        ),
        "tags": st.sampled_from([{}, {"team": "data"}, {"team": "ops", "cost": "1"}]),
        "quota": st.fixed_dictionaries({"hard_bytes": st.integers(0, 9)}),
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
        return draw(st.lists(st.sampled_from(names), unique=True, max_size=len(names)))

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
            }
            for name, mail in zip(users, mails, strict=False)
        ],
        "groups": [{"name": name, "members": some(users) if users else []} for name in groups],
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

    async def die(_: Actor) -> None:
        raise Crash

    def cut(index: int, step: Step) -> Step:
        return replace(step, run=die) if index == number % len(plan.steps) else step

    return replace(plan, steps=tuple(cut(index, step) for index, step in enumerate(plan.steps)))


async def die_and_go_on(declaring: Declaring, declared: dict[str, Any], number: int) -> None:
    """
    Apply, and die at some step.
    """
    planner = declaring.planner
    plan = await declaring.plan(declared)
    if not plan.steps:
        return
    try:
        await planner.apply(dying_at(plan, number))
    except Crash:
        return
    raise AssertionError("it lived")


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
                await die_and_go_on(declaring, on(seaweedfs, second, marks), number)
            async with opened(folder, seaweedfs) as declaring:
                await reach(declaring, on(seaweedfs, second, marks))
                await reach(declaring, on(seaweedfs, {**EMPTY}, marks))

        asyncio.run(walk())


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
