import re
from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from app.audit.event import SYSTEM, Actor
from app.audit.log import AuditLog
from app.auth.user import User
from app.auth.users import UserService
from app.clock import ManualClock
from app.credentials.credential import (
    CredentialChange,
    CredentialScope,
    Limits,
    MadeCredential,
    NewCredential,
)
from app.credentials.sealed import open_secret_key, open_session_token
from app.credentials.service import CredentialService
from app.crypto import KeyRing, SealError
from app.database.declared import Declaration
from app.database.engine import Database
from app.database.tables import backends, changes, s3_credentials
from app.errors.raised import StowageError
from app.rbac.principal import ANONYMOUS
from support.state import NOON, actor_of, audited, make_user

RING = KeyRing({0: bytes(32)})
HOUR = timedelta(hours=1)
YAML = Declaration("yaml", "stowage.yaml", 7, "credentials/x")


@pytest.fixture
async def credentials(database: Database, audit: AuditLog, clock: ManualClock) -> CredentialService:
    async with database.write() as connection:
        for backend_id in ("main", "other"):
            await connection.execute(
                insert(backends).values(
                    id=backend_id,
                    name=backend_id,
                    endpoint="http://127.0.0.1:1",
                    path_style=True,
                    capabilities={},
                    is_enabled=True,
                    is_in_maintenance=False,
                    created_at=NOON,
                    updated_at=NOON,
                )
            )
    return CredentialService(database, audit=audit, clock=clock, ring=RING)


@pytest.fixture
async def ann(users: UserService) -> User:
    return await make_user(users, "ann")


async def _make(credentials: CredentialService, **facts: object) -> MadeCredential:
    asked = {"backend_id": "main", "buckets": ["photos"], **facts}
    return await credentials.create(SYSTEM, NewCredential(**asked))  # type: ignore[arg-type]  # names of fields


async def _refusal(credentials: CredentialService, **facts: object) -> tuple[str, str]:
    with pytest.raises(StowageError) as caught:
        await _make(credentials, **facts)
    return caught.value.code, str(caught.value.params.get("field", ""))


async def _changed(database: Database, access_key: str) -> int:
    statement = select(changes.c.revision).where(
        changes.c.kind == "credential", changes.c.row_id == access_key
    )
    async with database.read() as connection:
        return len((await connection.scalars(statement)).all())


async def test_a_credential_is_made_as_asked(
    credentials: CredentialService, database: Database, audit: AuditLog, ann: User
) -> None:
    made = await _make(
        credentials,
        user_id=ann.id,
        description=" backup ",
        expires_at=NOON + HOUR,
        cidrs=["10.0.0.1/8", "::1"],
        limits=Limits(requests_per_second=2.5),
    )

    one = made.credential
    assert one == await credentials.get(SYSTEM, one.access_key)
    assert re.fullmatch("AKIA[A-Z2-7]{16}", one.access_key)
    assert re.fullmatch("[0-9a-f]{40}", made.secret_key)
    assert made.session_token is None
    assert (one.backend_id, one.buckets, one.access) == ("main", ["photos"], "readwrite")
    assert (one.user_id, one.description, one.is_enabled) == (ann.id, "backup", True)
    assert (one.expires_at, one.cidrs) == (NOON + HOUR, ("10.0.0.0/8", "::1/128"))
    assert one.limits == Limits(requests_per_second=2.5)
    assert (one.created_by, one.source) == ("system", "dashboard")
    assert await _changed(database, one.access_key) == 1
    assert await audited(audit, "s3_credential.create") == [
        (
            "system",
            "ok",
            {"access_key": one.access_key, "buckets": ["photos"], "description": "backup"},
        )
    ]


async def test_the_secret_is_kept_sealed_to_its_row_and_shown_once(
    credentials: CredentialService, database: Database
) -> None:
    first, second = await _make(credentials), await _make(credentials)

    async with database.read() as connection:
        rows = (await connection.execute(select(s3_credentials))).mappings().all()
    sealed = {row["access_key"]: row["secret_key_sealed"] for row in rows}
    key, other = first.credential.access_key, second.credential.access_key
    assert open_secret_key(RING, key, sealed[key]) == first.secret_key
    with pytest.raises(SealError):
        open_secret_key(RING, other, sealed[key])
    assert first.secret_key not in str(rows)
    assert first.secret_key not in repr(first)
    assert first.secret_key not in repr(await credentials.list(SYSTEM))


async def test_no_two_credentials_are_alike(credentials: CredentialService) -> None:
    made = [await _make(credentials) for _ in range(5)]

    assert len({one.credential.access_key for one in made}) == 5
    assert len({one.secret_key for one in made}) == 5


async def test_a_temporary_credential_has_a_token_and_an_end(
    credentials: CredentialService, database: Database
) -> None:
    made = await _make(credentials, ttl_seconds=900, expires_at=NOON + HOUR)

    assert made.credential.is_temporary
    assert made.credential.expires_at == NOON + timedelta(minutes=15)
    async with database.read() as connection:
        sealed = await connection.scalar(select(s3_credentials.c.session_token_sealed))
    assert sealed is not None
    assert made.session_token is not None
    key = made.credential.access_key
    assert open_session_token(RING, key, sealed) == made.session_token
    assert made.session_token not in repr(made)


async def test_without_a_sealing_key_none_is_made(
    credentials: CredentialService, database: Database, audit: AuditLog, clock: ManualClock
) -> None:
    keyless = CredentialService(database, audit=audit, clock=clock, ring=None)

    assert (await _refusal(keyless))[0] == "secret_key_unset"
    assert await credentials.list(SYSTEM) == []


REFUSED: list[tuple[dict[str, object], str]] = [
    ({"backend_id": ""}, "backend_id"),
    ({"backend_id": "nowhere"}, "backend_id"),
    ({"backend_id": "*"}, "backend_id"),
    ({"backend_id": "ma\0in"}, "backend_id"),
    ({"buckets": []}, "buckets"),
    ({"buckets": ["No"]}, "buckets"),
    ({"buckets": [f"b-{number}" for number in range(101)]}, "buckets"),
    ({"prefixes": ["a/../b"]}, "prefixes"),
    ({"prefixes": ["a\nb"]}, "prefixes"),
    ({"access": "everything"}, "access"),
    ({"access": []}, "access"),
    ({"description": "x" * 513}, "description"),
    ({"description": "a\0b"}, "description"),
    ({"user_id": "nobody"}, "user_id"),
    ({"expires_at": NOON}, "expires_at"),
    ({"not_before": NOON + HOUR, "expires_at": NOON + HOUR}, "not_before"),
    ({"cidrs": ["10.0.0.0/40"]}, "cidrs"),
    ({"limits": Limits(concurrency=-1)}, "limits"),
    ({"limits": Limits(requests_per_second=float("nan"))}, "limits"),
    ({"scopes": []}, "scopes"),
]


@pytest.mark.parametrize(("facts", "field"), REFUSED, ids=lambda value: str(value)[:40])
async def test_what_a_credential_cannot_be_is_refused_by_name(
    credentials: CredentialService, facts: dict[str, object], field: str
) -> None:
    code, named = await _refusal(credentials, **facts)

    assert (code, named) == ("invalid_request", field)
    assert await credentials.list(SYSTEM) == []


async def test_scopes_say_more_than_buckets(credentials: CredentialService) -> None:
    scopes = [
        CredentialScope("main", "photos", "", "readonly"),
        CredentialScope("other", "inbox", "in/", ["write"]),
    ]

    one = (await _make(credentials, backend_id="", buckets=[], scopes=scopes)).credential

    assert [scope.as_json() for scope in one.scopes] == [
        {"backend_id": "main", "bucket": "photos", "prefix": "", "access": "readonly"},
        {"backend_id": "other", "bucket": "inbox", "prefix": "in/", "access": "drop-box"},
    ]
    assert not one.is_simple


async def test_a_bucket_name_has_one_meaning(credentials: CredentialService) -> None:
    twice = [CredentialScope("main", "photos"), CredentialScope("other", "photos")]
    wholes = [CredentialScope("main", "*"), CredentialScope("other", "*")]

    for scopes in (twice, wholes):
        refusal = await _refusal(credentials, backend_id="", buckets=[], scopes=scopes)
        assert refusal == ("invalid_request", "scopes")


async def test_a_whole_backend_is_for_administrators_to_give(
    credentials: CredentialService, ann: User
) -> None:
    whole = (await _make(credentials, buckets=["*"])).credential
    assert whole.access == "full"

    with pytest.raises(StowageError) as caught:
        await credentials.create(
            actor_of(ann), NewCredential("main", ["*"], access="readonly"), owner=ann.id
        )
    assert (caught.value.code, caught.value.reason) == ("forbidden", "admin.required")


async def test_one_makes_credentials_for_oneself_only(
    credentials: CredentialService, users: UserService, audit: AuditLog, ann: User
) -> None:
    bob = await make_user(users, "bob")

    made = await credentials.create(
        actor_of(ann), NewCredential("main", ["photos"], user_id=bob.id), owner=ann.id
    )

    assert made.credential.user_id == ann.id
    ((user_id, _, detail),) = await audited(audit, "s3_credential.create")
    assert (user_id, detail["self"]) == (ann.id, True)
    for owner in (None, bob.id):
        with pytest.raises(StowageError) as caught:
            await credentials.create(actor_of(ann), NewCredential("main", ["x-y"]), owner=owner)
        assert caught.value.code == "forbidden"


async def test_who_may_only_read_makes_none(
    credentials: CredentialService, users: UserService
) -> None:
    rita = await make_user(users, "rita", "readonly")

    with pytest.raises(StowageError) as caught:
        await credentials.create(actor_of(rita), NewCredential("main", ["photos"]), owner=rita.id)

    assert (caught.value.code, caught.value.reason) == ("forbidden", "role.readonly")


async def test_strangers_reach_nothing(credentials: CredentialService) -> None:
    stranger = Actor(ANONYMOUS)

    for work in (credentials.list(stranger), credentials.list(stranger, owner="x")):
        with pytest.raises(StowageError) as caught:
            await work
        assert caught.value.code == "forbidden"


async def test_a_credential_of_somebody_else_is_not_there(
    credentials: CredentialService, users: UserService, ann: User
) -> None:
    bob = await make_user(users, "bob")
    key = (await _make(credentials, user_id=bob.id)).credential.access_key
    me = actor_of(ann)

    assert await credentials.list(me, owner=ann.id) == []
    for work in (
        credentials.get(me, key, owner=ann.id),
        credentials.update(me, key, CredentialChange(is_enabled=False), owner=ann.id),
        credentials.delete(me, key, owner=ann.id),
    ):
        with pytest.raises(StowageError) as caught:
            await work
        assert (caught.value.code, caught.value.reason) == (
            "not_found",
            "credential.not_found",
        )
    assert (await credentials.get(SYSTEM, key)).is_enabled


async def test_a_change_is_stored_told_and_audited(
    credentials: CredentialService, database: Database, audit: AuditLog, clock: ManualClock
) -> None:
    key = (await _make(credentials, expires_at=NOON + HOUR)).credential.access_key
    clock.advance(HOUR / 2)

    after = await credentials.update(
        SYSTEM,
        key,
        CredentialChange(
            buckets=["photos", "videos"],
            prefixes=["a/", "b/"],
            access="readonly",
            description="new",
            is_enabled=False,
            expires_at=None,
        ),
    )

    assert after == await credentials.get(SYSTEM, key)
    assert (after.buckets, after.prefixes, after.access) == (
        ["photos", "videos"],
        ["a/", "b/"],
        "readonly",
    )
    assert (after.description, after.is_enabled, after.expires_at) == ("new", False, None)
    assert (after.created_at, after.updated_at) == (NOON, NOON + HOUR / 2)
    assert await _changed(database, key) == 2
    ((_, _, detail),) = await audited(audit, "s3_credential.update")
    assert detail["access_key"] == key
    assert sorted(detail["fields"]) == ["description", "enabled", "expires_at", "scopes"]  # type: ignore[call-overload]  # a list


async def test_what_a_change_leaves_out_stays(credentials: CredentialService) -> None:
    before = (
        await _make(credentials, prefixes=["a/"], expires_at=NOON + HOUR, cidrs=["::1"])
    ).credential

    after = await credentials.update(
        SYSTEM, before.access_key, CredentialChange(buckets=["videos"])
    )

    assert after.scopes == (CredentialScope("main", "videos", "a/", "readwrite"),)
    assert (after.expires_at, after.cidrs) == (before.expires_at, before.cidrs)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (CredentialChange(buckets=[]), "buckets"),
        (CredentialChange(expires_at=NOON - HOUR), "expires_at"),
        (CredentialChange(scopes=[CredentialScope("nowhere", "photos")]), "backend_id"),
        (CredentialChange(scopes=[], buckets=["x-y"]), "scopes"),
        (CredentialChange(description="x" * 513), "description"),
    ],
    ids=["buckets", "past", "backend", "both", "long"],
)
async def test_a_change_that_cannot_be_changes_nothing(
    credentials: CredentialService, change: CredentialChange, field: str
) -> None:
    before = (await _make(credentials)).credential

    with pytest.raises(StowageError) as caught:
        await credentials.update(SYSTEM, before.access_key, change)

    assert (caught.value.code, caught.value.params["field"]) == ("invalid_request", field)
    assert await credentials.get(SYSTEM, before.access_key) == before


async def test_several_scopes_are_changed_together(credentials: CredentialService) -> None:
    scopes = [
        CredentialScope("main", "photos", "", "readonly"),
        CredentialScope("main", "inbox", "in/", "drop-box"),
    ]
    made = await _make(credentials, backend_id="", buckets=[], scopes=scopes)
    key = made.credential.access_key

    with pytest.raises(StowageError) as caught:
        await credentials.update(SYSTEM, key, CredentialChange(buckets=["photos"]))
    assert caught.value.params["field"] == "scopes"

    after = await credentials.update(SYSTEM, key, CredentialChange(scopes=scopes[:1]))
    assert after.buckets == ["photos"]


async def test_an_expired_credential_can_still_be_described(
    credentials: CredentialService, clock: ManualClock
) -> None:
    key = (await _make(credentials, expires_at=NOON + HOUR)).credential.access_key
    clock.advance(2 * HOUR)

    after = await credentials.update(SYSTEM, key, CredentialChange(description="old"))

    assert after.description == "old"


async def test_an_empty_change_of_nothing_is_not_found(credentials: CredentialService) -> None:
    with pytest.raises(StowageError) as caught:
        await credentials.update(SYSTEM, "AKIANONE", CredentialChange())

    assert caught.value.code == "not_found"


async def test_a_deleted_credential_is_gone_told_and_audited(
    credentials: CredentialService, database: Database, audit: AuditLog
) -> None:
    key = (await _make(credentials)).credential.access_key

    await credentials.delete(SYSTEM, key)

    assert await credentials.list(SYSTEM) == []
    assert await _changed(database, key) == 2
    assert await audited(audit, "s3_credential.delete") == [("system", "ok", {"access_key": key})]


async def test_what_a_file_declares_is_changed_in_the_file_only(
    credentials: CredentialService,
) -> None:
    new = NewCredential("main", ["photos"])
    key = (await credentials.create(SYSTEM, new, by=YAML)).credential.access_key

    for work in (
        credentials.update(SYSTEM, key, CredentialChange(is_enabled=False)),
        credentials.delete(SYSTEM, key),
    ):
        with pytest.raises(StowageError) as caught:
            await work
        assert caught.value.code == "yaml_managed"

    await credentials.update(SYSTEM, key, CredentialChange(is_enabled=False), by=YAML)
    await credentials.delete(SYSTEM, key, by=YAML)


async def test_last_use_is_noted_and_never_set_back(
    credentials: CredentialService, database: Database
) -> None:
    first, second = [(await _make(credentials)).credential.access_key for _ in range(2)]
    noon = NOON.timestamp()
    credentials.note_used({first: noon - 1, "AKIAGONE": noon})
    credentials.note_used({first: noon - 5, second: noon})
    await credentials.store_used()
    credentials.note_used({first: noon - 3})
    await credentials.store_used()
    await credentials.store_used()

    used = {one.access_key: one.last_used_at for one in await credentials.list(SYSTEM)}

    assert used == {first: NOON - timedelta(seconds=1), second: NOON}
    assert await _changed(database, first) == 1


async def test_a_use_in_the_future_counts_as_now(credentials: CredentialService) -> None:
    key = (await _make(credentials)).credential.access_key
    credentials.note_used({key: 1e30})

    await credentials.store_used()

    assert (await credentials.get(SYSTEM, key)).last_used_at == NOON


async def test_keys_are_listed_in_order(credentials: CredentialService) -> None:
    for _ in range(5):
        await _make(credentials)

    keys = [one.access_key for one in await credentials.list(SYSTEM)]

    assert keys == sorted(keys)
