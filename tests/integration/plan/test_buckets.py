"""
Buckets that a file declares, on a real store: made, set, found changed, given back, deleted.
"""

import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from app.backends.stored import NewObject
from app.config.problems import ConfigError
from app.endpoint.aliases import Alias
from app.errors.raised import StowageError
from app.objects.cors import BucketCorsRule
from app.objects.place import BucketPlace
from app.plan.plan import Op
from app.quotas.limits import Limits, QuotaPlace
from support.declaring import PLACE, Declaring, open_declaring
from support.seaweedfs import SeaweedFS
from support.stores import ADMIN

CORS = {"allowed_origins": ["https://app.example.com"], "allowed_methods": ["GET"]}
RULE = {"prefix": "tmp/", "expiration_days": 7}


@pytest.fixture
async def declaring(tmp_path: Path, seaweedfs: SeaweedFS) -> AsyncIterator[Declaring]:
    async with open_declaring(tmp_path) as opened:
        opened.environ |= {"WAK": seaweedfs.access_key, "WSK": seaweedfs.secret_key}
        yield opened


@pytest.fixture
def name() -> str:
    return f"declared-{uuid.uuid4().hex[:10]}"


def world(weed: SeaweedFS, *buckets: dict[str, Any], prune: tuple[str, ...] = ()) -> dict[str, Any]:
    backend = {
        "id": "weed",
        "type": "s3v4",
        "preset": "seaweedfs",
        "endpoint": weed.endpoint,
        "region": weed.region,
        "access_key_env": "WAK",
        "secret_key_env": "WSK",
    }
    return {"backends": [backend], "buckets": list(buckets), "gitops": {"prune": list(prune)}}


async def names_of(declaring: Declaring) -> set[str]:
    found = await declaring.services.objects.buckets.list_buckets(ADMIN, "weed")
    return {one.name for one in found}


async def test_a_bucket_is_made_with_its_settings_and_found_changed(
    declaring: Declaring, seaweedfs: SeaweedFS, name: str
) -> None:
    bucket = {
        "backend": "weed",
        "name": name,
        "versioning": True,
        "cors": [CORS],
        "lifecycle": [RULE],
        "tags": {"team": "data"},
        "quota": {"hard_bytes": 1000},
        "size_tracking": False,
    }
    declared = world(seaweedfs, bucket)

    assert await declaring.apply(declared) == ["+ backends weed", f"+ buckets weed/{name}"]
    assert await declaring.apply(declared) == ["Nothing to do."]

    place, objects = BucketPlace("weed", name), declaring.services.objects
    quotas, at = declaring.services.quotas, QuotaPlace("weed", name)
    assert await objects.buckets.is_versioned(ADMIN, place)
    assert (await quotas.get(ADMIN, at)).limits == Limits(0, 1000)
    assert not (await quotas.get_tracking(ADMIN, at)).is_enabled
    refused = [
        objects.buckets.set_versioned(ADMIN, place, enabled=False),
        objects.buckets.delete_bucket(ADMIN, place),
        objects.cors.set_rules(ADMIN, place, []),
        objects.settings.put_tags(ADMIN, place, {}),
        objects.settings.put_lifecycle(ADMIN, place, []),
        quotas.put(ADMIN, at, Limits(0, 1)),
        quotas.set_tracking(ADMIN, at, is_enabled=True),
    ]
    for call in refused:
        with pytest.raises(StowageError, match="yaml_managed"):
            await call

    shown = await objects.settings.find_declared(ADMIN, place)
    assert shown is not None
    assert set(shown.settings) == set(bucket) - {"backend", "name"}
    assert shown.declaration.line > 0
    live = declaring.services.registry.get("weed").backend
    await live.buckets.set_versioned(name, enabled=False)
    await live.settings.put_tags(name, {"team": "other"})
    plan = await declaring.plan(declared)
    assert [(step.op, step.fields) for step in plan.changes] == [
        (Op.UPDATE, ("versioning", "tags"))
    ]
    await declaring.planner.apply(plan)
    assert (await declaring.plan(declared)).is_empty
    assert await objects.buckets.is_versioned(ADMIN, place)


async def test_what_is_left_out_is_left_alone_and_given_back(
    declaring: Declaring, seaweedfs: SeaweedFS, name: str
) -> None:
    bucket = {"backend": "weed", "name": name, "quota": {"hard_bytes": 5}, "cors": [CORS]}
    await declaring.apply(world(seaweedfs, bucket))
    place, at = BucketPlace("weed", name), QuotaPlace("weed", name)

    bare = {"backend": "weed", "name": name}
    assert await declaring.apply(world(seaweedfs, bare)) == ["Nothing to do."]

    assert (await declaring.services.quotas.get(ADMIN, at)).limits == Limits(0, 5)
    await declaring.services.quotas.put(ADMIN, at, Limits(0, 7))
    rule = BucketCorsRule(["*"], ["GET"])
    await declaring.services.objects.cors.set_rules(ADMIN, place, [rule])
    assert (await declaring.plan(world(seaweedfs, bare))).is_empty


async def test_a_file_may_say_that_there_are_no_rules(
    declaring: Declaring, seaweedfs: SeaweedFS, name: str
) -> None:
    declared = world(seaweedfs, {"backend": "weed", "name": name, "cors": []})
    await declaring.apply(declared)

    rule = BucketCorsRule(["*"], ["GET"])
    with pytest.raises(StowageError, match="yaml_managed"):
        await declaring.services.objects.cors.set_rules(ADMIN, BucketPlace("weed", name), [rule])
    assert (await declaring.plan(declared)).is_empty


async def test_a_bucket_that_vanished_is_made_again(
    declaring: Declaring, seaweedfs: SeaweedFS, name: str
) -> None:
    declared = world(seaweedfs, {"backend": "weed", "name": name})
    await declaring.apply(declared)
    await declaring.services.registry.get("weed").backend.buckets.delete(name)

    assert await declaring.apply(declared) == [f"~ buckets weed/{name} (exists)"]
    assert name in await names_of(declaring)


async def test_pruning_deletes_an_empty_bucket_and_never_a_full_one(
    declaring: Declaring, seaweedfs: SeaweedFS, name: str
) -> None:
    kept = f"{name}-full"
    buckets = [{"backend": "weed", "name": one} for one in (name, kept)]
    await declaring.apply(world(seaweedfs, *buckets))
    live = declaring.services.registry.get("weed").backend

    await live.objects.put(kept, "key", b"data", NewObject())
    left = await declaring.apply(world(seaweedfs))
    assert [line.split(" is no longer")[0] for line in left] == [
        f"! buckets weed/{one}" for one in (name, kept)
    ]

    plan = await declaring.plan(world(seaweedfs, prune=("buckets",)))
    assert all(step.is_destructive for step in plan.changes)
    applied = await declaring.planner.apply(plan)

    assert [(one.step.id, one.error.code) for one in applied.failures] == [
        (f"weed/{kept}", "conflict")
    ]
    assert {name, kept} & await names_of(declaring) == {kept}


async def test_a_bucket_that_was_there_belongs_to_the_file_from_then_on(
    declaring: Declaring, seaweedfs: SeaweedFS, name: str
) -> None:
    await declaring.apply(world(seaweedfs))
    await declaring.services.objects.buckets.create_bucket(ADMIN, BucketPlace("weed", name))

    declared = world(seaweedfs, {"backend": "weed", "name": name})
    assert await declaring.apply(declared) == [
        f"= buckets weed/{name} belongs to the file from now on"
    ]
    assert await declaring.apply(declared) == ["Nothing to do."]


async def test_a_store_that_is_away_stops_nothing_else_and_is_tried_again(
    declaring: Declaring, seaweedfs: SeaweedFS, name: str
) -> None:
    declared = world(seaweedfs, {"backend": "weed", "name": name})
    away = {"id": "away", **PLACE}
    both = {
        **declared,
        "backends": [away, *declared["backends"]],
        "buckets": [{"backend": "away", "name": "lost"}, *declared["buckets"]],
    }

    plan = await declaring.plan(both)
    applied = await declaring.planner.apply(plan)

    assert [one.step.id for one in applied.failures] == ["away/lost"]
    assert name in await names_of(declaring)
    assert [step.id for step in (await declaring.plan(both)).changes] == ["away/lost"]


async def test_a_known_bucket_on_a_store_that_went_away_is_not_called_changed(
    declaring: Declaring, seaweedfs: SeaweedFS, name: str
) -> None:
    declared = world(seaweedfs, {"backend": "weed", "name": name, "versioning": True})
    await declaring.apply(declared)
    gone = {**declared, "backends": [{**declared["backends"][0], "endpoint": "http://127.0.0.1:9"}]}
    await declaring.planner.apply(await declaring.plan(gone))

    plan = await declaring.plan(gone)

    assert plan.is_empty
    (step,) = plan.unknown
    assert str(step).startswith(f"? buckets weed/{name} cannot be compared: ")


async def test_a_setting_that_cannot_be_is_refused_with_its_line(
    declaring: Declaring, seaweedfs: SeaweedFS, name: str
) -> None:
    bucket = {
        "backend": "weed",
        "name": name,
        "cors": [{**CORS, "allowed_orgins": []}],
        "lifecycle": [{"expiration_days": 1, "prefix": "a", "colour": "red"}],
        "encryption": {"key_id": "x"},
    }

    with pytest.raises(ConfigError) as caught:
        await declaring.plan(world(seaweedfs, bucket))

    assert [one.key for one in caught.value.problems] == [
        "buckets[0].cors",
        "buckets[0].lifecycle",
        "buckets[0].encryption",
    ]
    assert "there is no member allowed_orgins" in str(caught.value)
    assert all(one.origin.line for one in caught.value.problems)


async def test_an_alias_does_not_outlive_its_bucket(
    declaring: Declaring, seaweedfs: SeaweedFS, name: str
) -> None:
    await declaring.apply(world(seaweedfs))
    services, place = declaring.services, BucketPlace("weed", name)
    await services.objects.buckets.create_bucket(ADMIN, place)
    await services.aliases.create(ADMIN, Alias("short", "weed", name))

    await services.objects.buckets.delete_bucket(ADMIN, place)

    assert await services.aliases.list(ADMIN) == []
