"""
Backends as rows: every change of one, in the documented order of its errors.
"""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from app.backends.rows import BackendChange, NewBackend
from app.crypto import KeyRing
from app.database.declared import Declaration
from app.database.tables import (
    backend_probes,
    bucket_aliases,
    bucket_pins,
    changes,
    grants,
    quotas,
    s3_anonymous_bindings,
    s3_bucket_cors,
    s3_credentials,
)
from app.errors.raised import StowageError
from support.state import Places
from support.stores import ADMIN, Stores, open_stores, user_with

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
YAML = Declaration("yaml", "config.yaml", 7, "main")
# A port that nothing listens on: refused at once.
NEW = NewBackend("main", "http://127.0.0.1:9", "AK", "top-secret", path_style=True)


async def refused(stores: Stores, new: NewBackend, **by: Declaration) -> StowageError:
    with pytest.raises(StowageError) as caught:
        await stores.backends.create(ADMIN, new, **by)
    return caught.value


async def kinds_changed(stores: Stores) -> list[tuple[str, str]]:
    async with stores.database.read() as connection:
        rows = await connection.execute(
            select(changes.c.kind, changes.c.row_id).order_by(changes.c.revision)
        )
        return [(row.kind, row.row_id) for row in rows]


async def test_a_created_backend_is_stored_sealed_live_audited_and_followed(
    stores: Stores,
) -> None:
    row = await stores.backends.create(ADMIN, NEW)

    assert (row.name, row.region, row.source, row.created_by) == (
        "main",
        "us-east-1",
        "dashboard",
        "01ADMIN",
    )
    assert b"top-secret" not in (row.secret_key_sealed or b"")
    assert "top-secret" not in repr(row) + repr(NEW)
    assert await stores.backends.get("main") == row
    assert stores.backends.registry.ids == ("main",)
    assert stores.backends.registry.health("main").is_healthy is False
    assert await kinds_changed(stores) == [("backend", "main")]
    (event,) = await stores.events()
    assert (event.action, event.user_id, event.backend_id) == ("backend.create", "01ADMIN", "main")
    assert json.loads(event.detail) == {
        "endpoint": "http://127.0.0.1:9",
        "region": "us-east-1",
        "type": "s3v4",
    }


async def test_another_process_opens_what_this_one_stored(
    stores: Stores, places: Places, tmp_path: Path
) -> None:
    await stores.backends.create(ADMIN, NEW)

    async with open_stores(places, tmp_path / "other") as other:
        upstream = other.backends.registry.describe("main")
        assert upstream.key is not None
        assert upstream.key.secret_key == "top-secret"


async def test_the_errors_of_create_come_in_their_order(stores: Stores) -> None:
    await stores.backends.create(ADMIN, replace(NEW, id="theirs"), by=YAML)
    everything_wrong = NewBackend("Bad Id!", "ftp://x", type="s3")

    problems = []
    for new in (
        everything_wrong,
        replace(everything_wrong, id="health"),
        replace(everything_wrong, id="theirs"),
        replace(everything_wrong, id="theirs", endpoint="http://x"),
        replace(everything_wrong, id="theirs", endpoint="http://x", access_key="a", secret_key="b"),
        replace(everything_wrong, id="mine", endpoint="http://x", access_key="a", secret_key="b"),
    ):
        error = await refused(stores, new)
        problems.append((error.status, error.reason or error.code))

    assert problems == [
        (400, "backend.id_invalid"),
        (400, "backend.id_reserved"),
        (400, "backend.endpoint_invalid"),
        (400, "backend.key_missing"),
        (409, "yaml_managed"),
        (400, "backend.type_unknown"),
    ]


async def test_an_id_is_folded_and_taken_once(stores: Stores) -> None:
    row = await stores.backends.create(ADMIN, replace(NEW, id=" Main "))

    assert row.id == "main"
    assert (await refused(stores, NEW)).code == "id_taken"
    assert len(await stores.events()) == 1


async def test_only_an_administrator_changes_backends(stores: Stores) -> None:
    nobody = user_with({"*/*": "full"})
    await stores.backends.create(ADMIN, NEW)

    for attempt in (
        stores.backends.create(nobody, replace(NEW, id="other")),
        stores.backends.update(nobody, "main", BackendChange(name="x")),
        stores.backends.delete(nobody, "main"),
        stores.backends.test(nobody, NEW),
        stores.backends.test_stored(nobody, "main"),
    ):
        with pytest.raises(StowageError) as caught:
            await attempt
        assert (caught.value.code, caught.value.reason) == ("forbidden", "admin.required")


async def test_what_yaml_declares_is_read_only_elsewhere(stores: Stores) -> None:
    await stores.backends.create(ADMIN, NEW, by=YAML)

    for attempt in (
        stores.backends.check_editable("main"),
        stores.backends.create(ADMIN, NEW),
        stores.backends.update(ADMIN, "main", BackendChange(name="x")),
        stores.backends.delete(ADMIN, "main"),
    ):
        with pytest.raises(StowageError) as caught:
            await attempt
        assert caught.value.code == "yaml_managed"
        assert caught.value.params == {
            "kind": "backend",
            "id": "main",
            "file": "config.yaml",
            "line": 7,
        }
    await stores.backends.check_editable("unknown")


async def test_yaml_may_change_what_it_declares(stores: Stores) -> None:
    await stores.backends.create(ADMIN, NEW, by=YAML)
    moved = replace(YAML, line=9)

    row = await stores.backends.update(ADMIN, "main", BackendChange(name="New"), by=moved)

    assert (row.name, row.source_line) == ("New", 9)
    await stores.backends.delete(ADMIN, "main", by=moved)
    assert stores.backends.registry.ids == ()


async def test_an_update_changes_what_it_names_and_keeps_the_secret(stores: Stores) -> None:
    before = await stores.backends.create(ADMIN, NEW)

    change = BackendChange(name="Archive", endpoint="http://127.0.0.1:7/", is_in_maintenance=True)
    after = await stores.backends.update(ADMIN, "main", change)

    assert (after.name, after.endpoint) == ("Archive", "http://127.0.0.1:7")
    assert after.secret_key_sealed == before.secret_key_sealed
    assert stores.backends.registry.describe("main").info.endpoint == "http://127.0.0.1:7"
    (event, _) = await stores.events()
    assert json.loads(event.detail) == {"fields": ["name", "endpoint", "maintenance"]}
    assert await kinds_changed(stores) == [("backend", "main")] * 2


async def test_an_update_of_nothing_still_replaces_the_health_history(stores: Stores) -> None:
    await stores.backends.create(ADMIN, NEW)

    row = await stores.backends.update(ADMIN, "main", BackendChange(secret_key="other"))

    assert stores.backends.holds_secret(row, "other")
    assert not stores.backends.holds_secret(row, "top-secret")
    (event, _) = await stores.events()
    assert json.loads(event.detail) == {"fields": ["secret_key"]}


async def test_a_bad_change_changes_nothing(stores: Stores) -> None:
    row = await stores.backends.create(ADMIN, NEW)

    with pytest.raises(StowageError, match="endpoint_invalid"):
        await stores.backends.update(ADMIN, "main", BackendChange(name="x", endpoint="ftp://x"))

    assert await stores.backends.get("main") == row


async def test_an_unknown_backend_is_not_found(stores: Stores) -> None:
    for attempt in (
        stores.backends.get("none"),
        stores.backends.update(ADMIN, "none", BackendChange()),
        stores.backends.delete(ADMIN, "none"),
        stores.backends.probe_capabilities("none"),
    ):
        with pytest.raises(StowageError) as caught:
            await attempt
        assert (caught.value.code, caught.value.reason) == ("not_found", "backend.unknown")


async def test_a_disabled_backend_is_listed_but_not_live(stores: Stores) -> None:
    await stores.backends.create(ADMIN, replace(NEW, is_enabled=False))
    assert [one.id for one in await stores.backends.list()] == ["main"]
    assert stores.backends.registry.ids == ()

    await stores.backends.update(ADMIN, "main", BackendChange(is_enabled=True))

    assert stores.backends.registry.ids == ("main",)


async def test_without_a_sealing_key_nothing_can_be_stored(places: Places, tmp_path: Path) -> None:
    async with open_stores(places, tmp_path, ring=None) as stores:
        with pytest.raises(StowageError, match="secret_key_unset"):
            stores.backends.require_sealing_key()
        assert (await refused(stores, NewBackend(""))).code == "secret_key_unset"


async def test_without_a_sealing_key_yaml_backends_work_from_memory(
    places: Places, tmp_path: Path
) -> None:
    async with open_stores(places, tmp_path, ring=None) as stores:
        row = await stores.backends.create(ADMIN, NEW, by=YAML)

        assert row.secret_key_sealed is None
        assert stores.backends.holds_secret(row, "top-secret")
        upstream = stores.backends.registry.describe("main")
        assert upstream.key is not None
        assert upstream.key.secret_key == "top-secret"


async def test_a_secret_of_another_key_leaves_the_backend_unhealthy_but_the_start_goes_on(
    stores: Stores, places: Places, tmp_path: Path
) -> None:
    await stores.backends.create(ADMIN, NEW)

    async with open_stores(places, tmp_path / "other", ring=KeyRing({1: bytes(32)})) as other:
        assert other.backends.registry.ids == ("main",)
        report = await other.backends.registry.probe("main")
        assert report.is_healthy is False
        assert "sealing key" in report.last_error
        with pytest.raises(StowageError) as caught:
            other.backends.registry.get("main")
        assert caught.value.reason == "backend.misconfigured"
        with pytest.raises(StowageError, match="internal"):
            await other.backends.update(ADMIN, "main", BackendChange(name="x"))
        await other.backends.update(ADMIN, "main", BackendChange(secret_key="new"))
        assert other.backends.registry.get("main")


async def test_deleting_a_backend_takes_along_what_hangs_on_it(stores: Stores) -> None:
    await stores.backends.create(ADMIN, NEW)
    await stores.backends.create(ADMIN, replace(NEW, id="main_2"))
    stamps = {"created_at": NOON, "updated_at": NOON}
    scope = {"bucket": "b", "prefix": "", "access": "full"}
    here, there = ({**scope, "backend_id": one} for one in ("main", "main_2"))
    async with stores.database.write() as connection:
        for backend_id in ("main", "main_2"):
            place = {"backend_id": backend_id, "bucket": "b"}
            grant = {"subject_kind": "role", "subject_id": "user", "access": "full"}
            await connection.execute(
                insert(grants).values(id=backend_id, **place, **grant, **stamps)
            )
            await connection.execute(
                insert(bucket_aliases).values(name=backend_id, **place, **stamps)
            )
            await connection.execute(
                insert(quotas).values(kind="bucket", subject_id=f"{backend_id}/b", **stamps)
            )
            await connection.execute(insert(s3_bucket_cors).values(rules=[], **place, **stamps))
            await connection.execute(
                insert(s3_anonymous_bindings).values(may_list=True, **place, **stamps)
            )
            await connection.execute(
                insert(bucket_pins).values(user_id="u", created_at=NOON, **place)
            )
        for key, scopes in (("ONLY", [here]), ("BOTH", [here, there]), ("OTHER", [there])):
            await connection.execute(
                insert(s3_credentials).values(
                    access_key=key,
                    secret_key_sealed=b"x",
                    scopes=scopes,
                    is_enabled=True,
                    cidrs=[],
                    limits={},
                    **stamps,
                )
            )

    await stores.backends.delete(ADMIN, "main")

    async with stores.database.read() as connection:
        for table in (grants, bucket_aliases, s3_bucket_cors, s3_anonymous_bindings, bucket_pins):
            assert list(await connection.scalars(select(table.c.backend_id))) == ["main_2"]
        assert list(await connection.scalars(select(quotas.c.subject_id))) == ["main_2/b"]
        keys = (await connection.execute(select(s3_credentials))).all()
    assert {key.access_key: (key.is_enabled, key.scopes) for key in keys} == {
        "ONLY": (False, [here]),
        "BOTH": (True, [there]),
        "OTHER": (True, [there]),
    }
    assert set(await kinds_changed(stores)) >= {
        ("grant", "main"),
        ("alias", "main"),
        ("quota", "main/b"),
        ("cors", "main/b"),
        ("anonymous", "main/b"),
        ("credential", "ONLY"),
        ("credential", "BOTH"),
        ("backend", "main"),
    }
    assert stores.backends.registry.ids == ("main_2",)


async def test_moving_a_backend_forgets_what_probing_found(stores: Stores) -> None:
    await stores.backends.create(ADMIN, NEW)
    async with stores.database.write() as connection:
        await connection.execute(
            insert(backend_probes).values(
                backend_id="main", capabilities={"tagging": True}, probed_at=NOON
            )
        )
    await stores.backends.reload()
    assert stores.backends.registry.describe("main").capabilities.tagging

    await stores.backends.update(ADMIN, "main", BackendChange(name="Same place"))
    assert await stores.backends.find_unprobed() == []
    await stores.backends.update(ADMIN, "main", BackendChange(endpoint="http://127.0.0.1:7"))

    assert await stores.backends.find_unprobed() == ["main"]
    assert not stores.backends.registry.describe("main").capabilities.tagging


async def test_the_operator_beats_probing_and_probing_beats_the_preset(stores: Stores) -> None:
    wanted = {"tagging": False, "literal_dot_segments": True}
    await stores.backends.create(ADMIN, replace(NEW, preset="minio", capabilities=wanted))
    probed = {"tagging": True, "cors": False, "conditional_writes": True}
    async with stores.database.write() as connection:
        await connection.execute(
            insert(backend_probes).values(backend_id="main", capabilities=probed, probed_at=NOON)
        )
    await stores.backends.reload()

    live = stores.backends.registry.get("main")

    assert live.capabilities.names == {
        "versioning",
        "object_lock",
        "lifecycle",
        "bucket_policy",
        "literal_dot_segments",
        "conditional_writes",
    }
    assert live.missing == {"tagging", "cors"}
    with pytest.raises(StowageError) as caught:
        live.require("cors")
    assert caught.value.params == {"capability": "cors"}
    live.require("chunked_upload")


async def test_a_trial_says_which_step_failed_and_stores_nothing(stores: Stores) -> None:
    trial = await stores.backends.test(ADMIN, replace(NEW, id=""))

    assert [(step.name, step.is_ok) for step in trial.steps] == [("dns", True), ("tcp", False)]
    assert trial.steps[-1].reason == "backend.unreachable"
    assert trial.error == "The backend cannot be reached."
    assert await stores.backends.list() == []
    (event,) = await stores.events()
    assert event.action == "backend.test"
    assert json.loads(event.detail) == {"endpoint": "http://127.0.0.1:9", "healthy": False}
