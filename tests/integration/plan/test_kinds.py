"""
Every kind that can be declared: made, changed, taken over, kept read-only, pruned.
"""

import stat
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.auth.journal import Caller
from app.auth.user import NewUser, User, UserChange, UserQuery
from app.config.problems import ConfigError
from app.credentials.credential import CredentialChange, NewCredential
from app.endpoint.aliases import Alias
from app.endpoint.anonymous import NewBinding
from app.errors.raised import StowageError
from app.grants.grants import NewGrant
from app.grants.groups import GroupChange
from app.plan.export import export_yaml
from app.plan.kind import Numerous
from app.plan.plan import Op
from support.declaring import PLACE, Declaring, open_declaring
from support.state import PASSWORD
from support.stores import ADMIN

BACKENDS = [{"id": "one", **PLACE}, {"id": "two", **PLACE}]
PEOPLE = [
    {"username": "ann", "email": "ann@example.com"},
    {"username": "robot", "kind": "service", "role": "readonly"},
]
KEY = {"access_key": "AKIAROBOT", "backend": "one", "buckets": ["logs"], "secret_env": "ROBOT"}

CASES: Mapping[str, tuple[dict[str, Any], dict[str, Any], str, str]] = {
    "users": (
        {"username": "eve", "email": "eve@example.com", "role": "user"},
        {"username": "Eve", "email": "eve@example.org", "role": "readonly", "enabled": False},
        "eve",
        "(role, enabled, email)",
    ),
    "groups": (
        {"name": "ops", "members": ["ann@example.com"], "claim_values": ["ops"]},
        {"name": "ops", "members": ["ROBOT"], "claim_values": []},
        "ops",
        "(members, claim_values)",
    ),
    "grants": (
        {"user": "ann", "backend": "one", "bucket": "logs", "access": "readonly"},
        {"user": "ann", "backend": "one", "bucket": "logs", "access": ["list", "write"]},
        "user:ann@one/logs/",
        "(access)",
    ),
    "aliases": (
        {"name": "short", "backend": "one", "bucket": "a-long-name"},
        {"name": "short", "backend": "two", "bucket": "another-name"},
        "short",
        "(backend, bucket)",
    ),
    "credentials": (
        {**KEY, "owner": "robot"},
        {
            "access_key": "AKIAROBOT",
            "description": "nightly",
            "scopes": [{"backend": "two", "bucket": "*", "access": "readonly"}],
            "secret_env": "ROBOT",
            "expires_at": "2031-05-01T12:00:00+02:00",
            "cidrs": ["10.0.0.1"],
            "limits": {"requests_per_second": 5},
        },
        "AKIAROBOT",
        "(owner, description, scopes, expires_at, cidrs, limits)",
    ),
    "anonymous": (
        {"backend": "one", "bucket": "public"},
        {"backend": "one", "bucket": "public", "list": False, "prefix": "www/"},
        "one/public",
        "(list, prefix)",
    ),
}


@pytest.fixture
async def declaring(tmp_path: Path) -> AsyncIterator[Declaring]:
    async with open_declaring(tmp_path) as opened:
        yield opened


def world(kind: str, *items: dict[str, Any], prune: bool = False) -> dict[str, Any]:
    """
    Return a file with what the item may refer to, and the item.
    """
    declared: dict[str, Any] = {"backends": BACKENDS, "users": list(PEOPLE)}
    declared[kind] = [*declared.get(kind, []), *items]
    return {**declared, "gitops": {"prune": [kind] if prune else []}}


def files_in(folder: Path, part: str) -> list[str]:
    return sorted(one.name for one in folder.iterdir() if part in one.name)


@pytest.mark.parametrize("kind", CASES)
async def test_a_thing_is_made_changed_and_pruned(kind: str, declaring: Declaring) -> None:
    first, second, one_id, fields = CASES[kind]
    await declaring.apply({"backends": BACKENDS, "users": PEOPLE})

    assert await declaring.apply(world(kind, first)) == [f"+ {kind} {one_id}"]
    assert await declaring.apply(world(kind, first)) == ["Nothing to do."]
    assert await declaring.apply(world(kind, second)) == [f"~ {kind} {one_id} {fields}"]
    assert await declaring.apply(world(kind, second)) == ["Nothing to do."]
    (left,) = await declaring.apply(world(kind))
    assert left.startswith(f"! {kind} {one_id} is no longer declared")
    assert await declaring.apply(world(kind, prune=True)) == [f"- {kind} {one_id}"]
    assert await declaring.apply(world(kind, prune=True)) == ["Nothing to do."]


@pytest.mark.parametrize("kind", CASES)
async def test_everything_at_once_is_made_in_one_go(kind: str, declaring: Declaring) -> None:
    """
    What a thing refers to may stand in the same file.
    """
    await declaring.apply(world(kind, CASES[kind][0]))

    assert (await declaring.plan(world(kind, CASES[kind][0]))).steps
    assert (await declaring.plan(world(kind, CASES[kind][0]))).is_empty


async def test_what_is_declared_is_read_only_elsewhere(declaring: Declaring) -> None:
    await declaring.apply(
        {
            "backends": BACKENDS,
            "users": PEOPLE,
            **{kind: [first] for kind, (first, *_) in CASES.items() if kind != "users"},
        }
    )
    services = declaring.services
    ann = await services.users.find_by_name("ann")
    assert ann is not None
    (group,) = await declaring.planner.kinds[2].load()
    (grant,) = await declaring.planner.kinds[3].load()

    refused = [
        services.users.update(ADMIN, ann.id, UserChange(role="admin")),
        services.users.delete(ADMIN, ann.id),
        services.groups.update(ADMIN, group.item.id, GroupChange("other")),
        services.groups.delete(ADMIN, group.item.id),
        services.grants.update(ADMIN, grant.item.id, "full"),
        services.grants.delete(ADMIN, grant.item.id),
        services.aliases.update(ADMIN, Alias("short", "one", "other")),
        services.aliases.delete(ADMIN, "short"),
        services.credentials.update(ADMIN, "AKIAROBOT", CredentialChange(description="x")),
        services.credentials.delete(ADMIN, "AKIAROBOT"),
        services.credentials.rotate(ADMIN, "AKIAROBOT", overlap_days=1),
        services.anonymous.put(ADMIN, NewBinding("one", "public")),
        services.anonymous.delete(ADMIN, "one", "public"),
        services.backends.delete(ADMIN, "one"),
    ]
    for call in refused:
        with pytest.raises(StowageError, match="yaml_managed") as caught:
            await call
        assert str(caught.value.params["file"]).endswith("config.yaml")
        assert int(str(caught.value.params["line"])) > 0


async def test_the_file_takes_over_what_the_dashboard_made(declaring: Declaring) -> None:
    services = declaring.services
    await declaring.apply({"backends": BACKENDS, "users": PEOPLE})
    ann = await services.users.find_by_name("ann")
    assert ann is not None
    await services.users.create(ADMIN, NewUser("Eve", PASSWORD, "readonly"))
    await services.groups.create(ADMIN, GroupChange("ops", [ann.id], []))
    await services.grants.create(ADMIN, NewGrant("user", ann.id, "one", "logs", access="full"))
    await services.aliases.create(ADMIN, Alias("short", "one", "a-long-name"))
    await services.anonymous.put(ADMIN, NewBinding("one", "public"))
    declared = {
        "backends": BACKENDS,
        "users": [*PEOPLE, CASES["users"][0]],
        "groups": [{"name": "ops", "members": ["robot"]}],
        **{kind: [CASES[kind][0]] for kind in ("grants", "aliases", "anonymous")},
    }

    taken = ", takes over what the dashboard made"
    assert await declaring.apply(declared) == [
        f"~ users eve (role, email, source){taken}",
        f"~ groups ops (members, source){taken}",
        f"~ grants user:ann@one/logs/ (access, source){taken}",
        "= aliases short belongs to the file from now on",
        "= anonymous one/public belongs to the file from now on",
    ]
    assert await declaring.apply(declared) == ["Nothing to do."]
    with pytest.raises(StowageError, match="yaml_managed"):
        await services.aliases.delete(ADMIN, "short")


async def test_a_line_that_moved_is_noted_quietly(declaring: Declaring) -> None:
    declared = {kind: [first] for kind, (first, *_) in CASES.items() if kind != "users"}
    both = {"backends": BACKENDS, "users": PEOPLE}
    await declaring.apply({**both, **declared})
    kinds = declaring.planner.kinds[:-1]  # but for buckets, whose stores are away
    before = {one.id: one for kind in kinds for one in await kind.load()}

    moved = {"x-more": ["a", "b"], **both, **declared}
    assert await declaring.apply(moved) == ["Nothing to do."]

    for kind in kinds:
        for one in await kind.load():
            old = before[one.id]
            assert one.declaration.line == old.declaration.line + 3, (kind.name, one.id)
            assert one.values == old.values


async def test_what_is_exported_applies_to_no_change(declaring: Declaring) -> None:
    """
    Whether a file said so or somebody in the dashboard.
    """
    services = declaring.services
    ids = {"backends": BACKENDS, "users": [*PEOPLE, CASES["users"][1]]}
    others = {kind: [second] for kind, (_, second, *_) in CASES.items() if kind != "users"}
    await declaring.apply({**ids, **others})
    ben = await services.users.create(ADMIN, NewUser("ben", PASSWORD, "readonly"))
    await services.groups.create(ADMIN, GroupChange("made", [ben.id], ["claim"]))
    await services.grants.create(ADMIN, NewGrant("role", "user", "*", "*", "x/", "append-only"))
    await services.credentials.create(ADMIN, NewCredential("one", ["logs"], user_id=ben.id))
    await services.anonymous.put(ADMIN, NewBinding("two", "open", may_list=False))

    kinds = declaring.planner.kinds[:-1]
    text = await export_yaml(kinds, declaring.load({**ids, **others}))
    exported = yaml.safe_load(text)
    plan = await declaring.plan(exported)

    assert [step for step in plan.shown if step.op is not Op.ADOPT] == []
    assert len(plan.shown) == 5
    assert plan.orphans == ()
    assert PASSWORD not in text
    assert "a-secret" not in text
    await declaring.planner.apply(plan)
    assert await declaring.apply(exported) == ["Nothing to do."]


async def test_names_that_nobody_has_are_found_before_the_first_step(declaring: Declaring) -> None:
    declared = {
        "backends": BACKENDS,
        "users": PEOPLE,
        "groups": [{"name": "ops", "members": ["ann", "anm"]}],
        "grants": [{"group": "opps", "access": "full"}],
        "aliases": [{"name": "short", "backend": "onee", "bucket": "logs"}],
        "credentials": [{**KEY, "owner": "robbot"}],
        "anonymous": [{"backend": "three", "bucket": "public"}],
    }

    with pytest.raises(ConfigError) as caught:
        await declaring.apply(declared)

    found = {one.key: (one.message, one.suggestion) for one in caught.value.problems}
    assert found == {
        "groups[0].members[1]": ("there is no user 'anm'", "ann"),
        "grants[0].group": ("there is no group 'opps'", "ops"),
        "aliases[0].backend": ("there is no backend 'onee'", "one"),
        "credentials[0].owner": ("there is no user 'robbot'", "robot"),
        "anonymous[0].backend": ("there is no backend 'three'", ""),
    }
    assert all(one.origin.line for one in caught.value.problems)
    assert await declaring.services.backends.list() == []


async def test_one_grant_under_two_names_is_declared_twice(declaring: Declaring) -> None:
    grants = [{"user": name, "access": "full"} for name in ("ann", "ann@example.com")]

    with pytest.raises(ConfigError) as caught:
        await declaring.apply({"users": PEOPLE, "grants": grants})

    (problem,) = caught.value.problems
    assert (problem.key, problem.origin.line) == ("grants[1]", 10)
    assert "declared twice, first at" in problem.message


async def test_a_person_from_a_file_cannot_sign_in_with_any_password(declaring: Declaring) -> None:
    await declaring.apply({"users": PEOPLE})

    for password in ("", " ", "password"):
        with pytest.raises(StowageError, match="invalid_credentials"):
            await declaring.services.login.sign_in("ann", password, Caller())


async def test_a_user_of_a_provider_is_known_by_its_subject(declaring: Declaring) -> None:
    oidc = {"issuer": "https://id.example.com/realm", "client_id": "stowage"}
    declared = {
        "auth": {"oidc": oidc},
        "users": [{"username": "eve", "oidc_subject": "f-1"}],
    }

    assert await declaring.apply(declared) == ["+ users eve"]

    user = await declaring.services.users.find_by_name("eve")
    assert user is not None
    assert (user.identity_source, user.oidc_subject) == ("oidc:id.example.com", "f-1")
    await declaring.services.users.unlock(ADMIN, user.id)
    assert await declaring.apply(declared) == ["Nothing to do."]


async def test_a_file_replaces_members_that_were_put_in_by_hand(declaring: Declaring) -> None:
    await declaring.apply({"users": PEOPLE})
    people = [await declaring.services.users.find_by_name(name) for name in ("ann", "robot")]
    ids = [one.id for one in people if one is not None]
    group = await declaring.services.groups.create(ADMIN, GroupChange("ops", ids))

    await declaring.apply({"users": PEOPLE, "groups": [{"name": "ops", "members": ["robot"]}]})

    assert list((await declaring.services.groups.get(ADMIN, group.id)).members) == [ids[1]]


async def test_credentials_that_no_file_is_about_are_not_read(declaring: Declaring) -> None:
    """
    There may be a hundred thousand of them, and a start waits for the plan.
    """
    await declaring.apply({"backends": BACKENDS, "credentials": [KEY]})
    make = declaring.services.credentials.create
    new = NewCredential(backend_id="one", buckets=["logs"])
    mine, other = [(await make(ADMIN, new)).credential.access_key for _ in range(2)]
    kind = declaring.planner.kinds[5]
    assert isinstance(kind, Numerous)

    concerned = await kind.load_concerned({mine, "AKIANOBODY"})

    assert [one.id for one in concerned] == sorted([mine, "AKIAROBOT"])
    assert [one.id for one in await kind.load()] == sorted([mine, other, "AKIAROBOT"])


async def test_a_comparison_reads_users_once(declaring: Declaring) -> None:
    """
    There may be thousands, and every kind refers to them.
    """
    declared = {"users": PEOPLE, "groups": [CASES["groups"][0]], "backends": BACKENDS}
    await declaring.apply(declared)
    asked = 0
    listing = declaring.services.users.list

    async def count(query: UserQuery) -> list[User]:
        nonlocal asked
        asked += 1
        return await listing(query)

    declaring.services.users.list = count  # type: ignore[method-assign]  # the real one counts

    assert (await declaring.plan(declared)).is_empty
    assert asked == 1
    assert (await declaring.plan(declared)).is_empty
    assert asked == 2


async def test_another_secret_is_noticed_and_never_shown(declaring: Declaring) -> None:
    declared = {"backends": BACKENDS, "credentials": [KEY]}
    await declaring.apply(declared)
    declaring.environ["ROBOT"] = "another-secret-of-the-robot"

    plan = await declaring.plan(declared)

    assert [(step.op, step.fields) for step in plan.changes] == [(Op.UPDATE, ("secret",))]
    assert "another-secret" not in repr(plan) + str(plan.to_dict()) + repr(plan.steps)
    await declaring.planner.apply(plan)
    holds = declaring.services.credentials.holds_secret
    assert await holds("AKIAROBOT", "another-secret-of-the-robot")
    assert (await declaring.plan(declared)).is_empty


@pytest.mark.parametrize("name", ["robot.secret", "robot.yaml", "robot.json"])
async def test_a_secret_is_generated_once_into_a_private_file(
    name: str, declaring: Declaring, tmp_path: Path
) -> None:
    file = tmp_path / name
    key = {**KEY, "generate_to": str(file)}
    del key["secret_env"]
    declared = {"backends": BACKENDS, "credentials": [key]}

    assert (await declaring.apply(declared))[-1] == "+ credentials AKIAROBOT"

    text = file.read_text()
    secret = text.strip()
    if file.suffix != ".secret":
        manifest = yaml.safe_load(text)
        assert (manifest["kind"], manifest["metadata"]["name"]) == ("Secret", "robot")
        assert manifest["stringData"]["AWS_ACCESS_KEY_ID"] == "AKIAROBOT"
        secret = manifest["stringData"]["AWS_SECRET_ACCESS_KEY"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert await declaring.services.credentials.holds_secret("AKIAROBOT", secret)
    assert files_in(tmp_path, "robot") == [name]
    assert await declaring.apply(declared) == ["Nothing to do."]
    assert file.read_text() == text

    # A start that was cut off after writing the file takes the secret from it.
    await declaring.services.credentials.delete(
        ADMIN, "AKIAROBOT", by=(await declaring.planner.kinds[5].load())[0].declaration
    )
    assert await declaring.apply(declared) == ["+ credentials AKIAROBOT"]
    assert file.read_text() == text
    assert await declaring.services.credentials.holds_secret("AKIAROBOT", secret)
    file.unlink()
    assert await declaring.apply(declared) == ["Nothing to do."]


async def test_a_secret_that_cannot_be_used_is_refused_with_its_line(
    declaring: Declaring, tmp_path: Path
) -> None:
    (tmp_path / "short").write_text("short")
    (tmp_path / "folder.yaml").mkdir()
    keys = [
        {**KEY, "access_key": "AKIAONE", "secret_file": str(tmp_path / "short")},
        {**KEY, "access_key": "AKIATWO", "generate_to": str(tmp_path / "none" / "file")},
        {**KEY, "access_key": "AKIATRE", "generate_to": str(tmp_path / "folder.yaml")},
    ]
    for key in keys:
        del key["secret_env"]

    with pytest.raises(ConfigError) as caught:
        await declaring.apply({"backends": BACKENDS, "credentials": keys})

    assert [one.key for one in caught.value.problems] == [
        "credentials[0].secret",
        "credentials[1].generate_to",
        "credentials[2].generate_to",
    ]
    assert "printable" in str(caught.value)
    assert "does not exist" in str(caught.value)


async def test_what_goes_makes_room_for_what_comes(declaring: Declaring) -> None:
    """
    A name leads to one place only, and the file may hand it on within one change.
    """
    alias = {"name": "public", "backend": "one", "bucket": "elsewhere"}
    binding = {"backend": "two", "bucket": "public"}
    prune = {"gitops": {"prune": ["aliases", "anonymous"]}, "backends": BACKENDS}
    for declared in ({"aliases": [alias]}, {"anonymous": [binding]}, {"aliases": [alias]}):
        await declaring.apply({**prune, **declared})

        assert (await declaring.plan({**prune, **declared})).is_empty


async def test_users_may_exchange_what_only_one_can_have(declaring: Declaring) -> None:
    oidc = {"oidc": {"issuer": "https://id.example.com", "client_id": "stowage"}}
    people = [("ann", "a@example.com"), ("bob", "b@example.com"), ("cid", "c@example.com")]
    turned = [("ann", "b@example.com"), ("bob", "c@example.com"), ("cid", "a@example.com")]
    subjects = [("dan", "s-1"), ("eve", "s-2")]
    for mails, proofs in ((people, subjects), (turned, [("dan", "s-2"), ("eve", "s-1")])):
        declared = {
            "auth": oidc,
            "users": [
                *({"username": name, "email": mail} for name, mail in mails),
                *({"username": name, "oidc_subject": subject} for name, subject in proofs),
            ],
        }
        await declaring.apply(declared)

        assert (await declaring.plan(declared)).is_empty
    bob = await declaring.services.users.find_by_name("bob")
    assert bob is not None
    assert bob.email == "c@example.com"


async def test_a_new_user_may_have_the_address_of_one_who_goes(declaring: Declaring) -> None:
    old, new = ({"username": one, "email": "a@example.com"} for one in ("ann", "anna"))
    await declaring.apply({"users": [old]})

    with pytest.raises(ConfigError, match="users anna"):
        await declaring.apply({"users": [new]})
    await declaring.apply({"users": [new], "gitops": {"prune": ["users"]}})

    assert await declaring.services.users.find_by_name("ann") is None


async def test_a_credential_that_the_dashboard_made_keeps_its_secret(
    declaring: Declaring, tmp_path: Path
) -> None:
    await declaring.apply({"backends": BACKENDS})
    made = await declaring.services.credentials.create(ADMIN, NewCredential("one", ["logs"]))
    key = {
        "access_key": made.credential.access_key,
        "backend": "one",
        "buckets": ["logs"],
        "generate_to": str(tmp_path / "robot"),
    }

    assert await declaring.apply({"backends": BACKENDS, "credentials": [key]}) == [
        f"= credentials {made.credential.access_key} belongs to the file from now on"
    ]
    holds = declaring.services.credentials.holds_secret
    assert await holds(made.credential.access_key, made.secret_key)


async def test_everything_is_one_transaction_on_postgresql_too(
    tmp_path: Path, postgres_url: str
) -> None:
    database = {"driver": "postgres", "postgres": {"url_env": "DATABASE"}}
    declared = {
        "backends": BACKENDS,
        "users": [*PEOPLE, CASES["users"][0]],
        **{kind: [first] for kind, (first, *_) in CASES.items() if kind != "users"},
    }
    changed = {**declared, **{kind: [case[1]] for kind, case in CASES.items() if kind != "users"}}

    async with open_declaring(tmp_path, environ={"DATABASE": postgres_url}, db=database) as opened:
        assert len(await opened.apply(declared)) == 10
        assert await opened.apply(declared) == ["Nothing to do."]
        assert len(await opened.apply(changed)) == 5
        assert await opened.apply(changed) == ["Nothing to do."]
        bad = {
            **declared,
            "users": [*declared["users"], {"username": "x", "email": "an address@example.com"}],
        }
        with pytest.raises(ConfigError, match="users x"):
            await opened.apply(bad)
        assert await opened.apply(changed) == ["Nothing to do."]
