"""
Buckets that a file declares, on a real store: made, set, found changed, given back, deleted.
"""

import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.backends.settings import Encryption, LifecycleRule, ObjectLock
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


async def test_policy_lock_and_encryption_hold_on_a_real_store(
    declaring: Declaring, seaweedfs: SeaweedFS, name: str
) -> None:
    bucket = {"backend": "weed", "name": name, **locked(name)}
    declared = world(seaweedfs, bucket)

    applied = await declaring.planner.apply(await declaring.plan(declared))

    assert applied.failures == ()
    assert await declaring.apply(declared) == ["Nothing to do."]
    objects, place = declaring.services.objects, BucketPlace("weed", name)
    assert await objects.settings.get_object_lock(ADMIN, place) == ObjectLock(
        enabled=True, mode="GOVERNANCE", days=1
    )
    live = declaring.services.registry.get("weed").backend.settings
    assert await live.get_encryption(name) == Encryption("AES256")
    await live.put_policy(name, "")
    await live.put_encryption(name, None)
    plan = await declaring.plan(declared)
    assert [step.fields for step in plan.changes] == [("policy", "encryption")]
    await declaring.planner.apply(plan)
    assert (await declaring.plan(declared)).is_empty
    for call in (
        objects.settings.put_policy(ADMIN, place, ""),
        objects.settings.put_object_lock(ADMIN, place, ObjectLock(enabled=True)),
        objects.settings.put_encryption(ADMIN, place, None),
    ):
        with pytest.raises(StowageError, match="yaml_managed"):
            await call


async def test_a_setting_that_a_store_has_not_is_named_in_the_plan_and_stops_nothing_else(
    declaring: Declaring, seaweedfs: SeaweedFS, name: str
) -> None:
    bare = world(seaweedfs)
    poor = {**bare["backends"][0], "capabilities": {"object_lock": False}}
    bucket = {"backend": "weed", "name": name, "tags": {"a": "b"}, **locked(name)}
    declared = {**bare, "backends": [poor], "buckets": [bucket]}
    await declaring.apply({**declared, "buckets": []})

    plan = await declaring.plan(declared)
    applied = await declaring.planner.apply(plan)

    (step,) = plan.unknown
    assert str(step) == (
        f"? buckets weed/{name} cannot be compared: The backend has no object_lock."
    )
    assert [one.error.code for one in applied.failures] == ["not_supported"]
    place, objects = BucketPlace("weed", name), declaring.services.objects
    assert await objects.settings.get_tags(ADMIN, place) == {"a": "b"}
    assert await objects.settings.get_policy(ADMIN, place)


async def test_an_export_says_what_holds_whoever_said_so(
    declaring: Declaring, seaweedfs: SeaweedFS, name: str
) -> None:
    await declaring.apply(world(seaweedfs))
    place, objects = BucketPlace("weed", name), declaring.services.objects
    await objects.buckets.create_bucket(ADMIN, place)
    bare = await exported(declaring, seaweedfs, name)
    await objects.buckets.set_versioned(ADMIN, place, enabled=True)
    await objects.settings.put_tags(ADMIN, place, {"team": "data"})
    await objects.settings.put_lifecycle(
        ADMIN, place, [LifecycleRule(prefix="tmp/", expiration_days=7)]
    )
    await objects.cors.set_rules(ADMIN, place, [BucketCorsRule(["*"], ["GET"])])
    await declaring.services.quotas.put(ADMIN, QuotaPlace("weed", name), Limits(0, 7))

    full = await exported(declaring, seaweedfs, name)

    assert bare == {"backend": "weed", "name": name}
    assert list(full) == [*bare, "versioning", "cors", "lifecycle", "tags", "quota"]
    assert full["quota"] == {"soft_bytes": 0, "hard_bytes": 7}
    declared = world(seaweedfs, yaml.safe_load(yaml.safe_dump(full)))
    assert await declaring.apply(declared) == [
        f"= buckets weed/{name} belongs to the file from now on"
    ]
    assert await exported(declaring, seaweedfs, name) == full


async def exported(declaring: Declaring, weed: SeaweedFS, name: str) -> dict[str, Any]:
    """
    Return a bucket as an export writes it.
    """
    kind = declaring.planner.kinds[-1]
    (there,) = [one for one in await kind.load() if one.id == f"weed/{name}"]
    written = await kind.write(there, declaring.load(world(weed)))
    assert written is not None
    return dict(written)


def locked(name: str) -> dict[str, Any]:
    """
    Return settings that not every store has.
    """
    statement = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{name}/public/*",
    }
    return {
        "policy": {"Version": "2012-10-17", "Statement": [statement]},
        "object_lock": {"enabled": True, "mode": "GOVERNANCE", "days": 1},
        "encryption": {"algorithm": "AES256"},
    }


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
