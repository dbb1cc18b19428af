"""
From rows to snapshot entries: who is out, what bounds a key, which names lead where.
"""

from dataclasses import replace
from datetime import UTC, datetime

from app.backends.backend import BackendInfo, Capabilities, UpstreamKey
from app.backends.registry import Upstream
from app.config.identity import AuthConfig
from app.grants.effective import GrantRow, role_scopes
from app.rbac.levels import PRESETS, Level, Role
from app.rbac.policy import Action, Resource, authorize
from app.rbac.principal import EVERYTHING
from app.snapshot.compile import (
    CredentialRow,
    Owner,
    ScopeJson,
    World,
    compile_backend,
    compile_credential,
)
from app.snapshot.values import BucketTarget, CredentialEntry, CredentialLimits

NOW = datetime(2026, 5, 1, tzinfo=UTC)
ALICE = Owner("u1", "alice", Role.USER, is_enabled=True)
DOCS: ScopeJson = {"backend_id": "main", "bucket": "docs", "prefix": "", "access": "readwrite"}
ROW = CredentialRow(
    "AKIA1", "secret", None, "u1", [DOCS],
    is_enabled=True, not_before=None, expires_at=None, cidrs=[], limits={}, created_at=NOW,
)  # fmt: skip
WORLD = World({"u1": ALICE}, {}, [], role_scopes(AuthConfig()), {})
PUT = Action("PutObject", Level.WRITE)
SPOT = Resource("main", "docs", key="a")


def compiled(row: CredentialRow = ROW, world: World = WORLD) -> CredentialEntry:
    entry = compile_credential(row, world)
    assert entry is not None
    return entry


def test_a_disabled_key_is_not_in_the_snapshot() -> None:
    assert compile_credential(replace(ROW, is_enabled=False), WORLD) is None


def test_a_key_whose_owner_is_disabled_or_gone_is_not_in_the_snapshot() -> None:
    disabled = replace(WORLD, owners={"u1": replace(ALICE, is_enabled=False)})

    assert compile_credential(ROW, disabled) is None
    assert compile_credential(ROW, replace(WORLD, owners={})) is None


def test_a_key_without_an_owner_is_bounded_by_its_scopes_alone() -> None:
    entry = compiled(replace(ROW, user_id=None))

    assert entry.principal.ceiling is None
    assert authorize(entry.principal, PUT, SPOT)


def test_a_key_of_an_administrator_is_bounded_by_everything() -> None:
    admin = replace(WORLD, owners={"u1": replace(ALICE, role=Role.ADMIN)})

    assert compiled(world=admin).principal.ceiling == (EVERYTHING,)


def test_a_key_of_the_static_account_lives_while_the_account_is_configured() -> None:
    row = replace(ROW, user_id="static")

    assert compiled(row, replace(WORLD, has_static=True)).principal.ceiling == (EVERYTHING,)
    assert compile_credential(row, WORLD) is None


def test_a_demoted_owner_takes_the_right_from_the_key() -> None:
    assert authorize(compiled().principal, PUT, SPOT)

    demoted = replace(WORLD, owners={"u1": replace(ALICE, role=Role.READONLY)})

    assert not authorize(compiled(world=demoted).principal, PUT, SPOT)


def test_a_grant_to_the_owners_group_counts() -> None:
    closed = role_scopes(AuthConfig.model_validate({"role_grants": {"user": []}}))
    team = GrantRow("g1", "group", "team", "main", "docs", "", "readwrite")
    world = replace(WORLD, defaults=closed, grants=[team], groups={"u1": frozenset({"team"})})

    assert authorize(compiled(world=world).principal, PUT, SPOT)
    assert not authorize(compiled(world=replace(world, groups={})).principal, PUT, SPOT)


def test_names_lead_to_their_buckets_and_aliases_only_where_a_scope_reaches() -> None:
    aliases = {"papers": BucketTarget("main", "docs"), "other": BucketTarget("main", "secret")}

    entry = compiled(world=replace(WORLD, aliases=aliases))

    assert entry.buckets == {
        "docs": BucketTarget("main", "docs"),
        "papers": BucketTarget("main", "docs"),
    }
    assert entry.wildcard_backend_id is None


def test_an_own_bucket_wins_over_an_alias_of_its_name() -> None:
    aliases = {"docs": BucketTarget("main", "docs-2")}
    both: ScopeJson = {**DOCS, "bucket": "docs-2"}

    entry = compiled(replace(ROW, scopes=[DOCS, both]), replace(WORLD, aliases=aliases))

    assert entry.buckets["docs"] == BucketTarget("main", "docs")


def test_a_key_over_a_whole_backend_takes_any_name() -> None:
    entry = compiled(replace(ROW, scopes=[{**DOCS, "bucket": "*", "access": "full"}]))

    assert entry.wildcard_backend_id == "main"
    assert entry.buckets == {}
    assert entry.principal.scopes[0].levels == PRESETS["full"].levels


def test_times_networks_and_limits_are_carried_over() -> None:
    entry = compiled(
        replace(
            ROW,
            not_before=NOW,
            expires_at=NOW,
            cidrs=["10.0.0.0/8"],
            limits={"rps": 5, "concurrency": 2},
            session_token="token",
        )
    )

    assert entry.not_before == entry.expires_at == NOW.timestamp()
    assert entry.cidrs == ("10.0.0.0/8",)
    assert entry.limits == CredentialLimits(5, 2, 0)
    assert entry.session_token == "token"
    assert compiled().limits is None


def test_no_secret_is_in_a_repr() -> None:
    row = replace(ROW, secret_key="hidden-1", session_token="hidden-2")

    assert "hidden" not in repr(row) + repr(compiled(row))


def test_a_backend_without_a_key_has_no_route() -> None:
    info = BackendInfo("main", "Main", "https://s3.example.com")

    assert compile_backend(Upstream(info, None)) is None


def test_a_route_is_read_from_the_endpoint() -> None:
    info = BackendInfo("main", "Main", "http://[::1]:9000", region="eu-1", path_style=False)

    route = compile_backend(
        Upstream(info, UpstreamKey("AK", "SK"), Capabilities(conditional_writes=True))
    )

    assert route is not None
    assert (route.scheme, route.host, route.port) == ("http", "::1", 9000)
    assert route.authority == "[::1]:9000"
    assert route.capabilities == {"conditional_writes"}
    assert "SK" not in repr(route)
    secure = compile_backend(
        Upstream(replace(info, endpoint="https://s3.example.com"), UpstreamKey("AK", "SK"))
    )
    assert secure is not None
    assert (secure.port, secure.authority) == (443, "s3.example.com")
