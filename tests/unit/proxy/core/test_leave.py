"""
What was permitted once is known for as long as nothing changed, and for nobody else.
"""

from dataclasses import replace

import pytest

from app.rbac.principal import Scope
from app.snapshot.values import CredentialEntry, Snapshot
from proxy.core.decision import Forward, Local, Refuse
from support.decisions import CAPABILITIES, EAST, ask, credential, snapshot
from support.signing import ACCESS_KEY, NOW, Client

pytestmark = pytest.mark.usefixtures("each_core")

CLIENT = Client()
READWRITE = credential("readwrite")
READER = credential("readonly")


def result(
    method: str, target: str, world: Snapshot, *, now: float = NOW, **headers: str
) -> str | None:
    """
    Return the reason of a refusal; `None` if it is none.
    """
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = ask(CLIENT.head(method, target, fields), world, now=now)
    assert isinstance(answer, Forward | Local | Refuse)
    return answer.error.reason if isinstance(answer, Refuse) else None


def twice(method: str, target: str, world: Snapshot, **headers: str) -> str | None:
    """
    Ask the same twice: worked out first, then known.
    """
    first = result(method, target, world, **headers)
    assert result(method, target, world, **headers) == first
    return first


def test_another_snapshot_is_judged_anew_whatever_its_revision() -> None:
    assert twice("PUT", "/photos/key", snapshot(READWRITE), content_length="0") is None

    assert result("PUT", "/photos/key", snapshot(READER), content_length="0") == "grant.missing"
    assert result("PUT", "/photos/key", snapshot(READWRITE), content_length="0") is None


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"is_enabled": False}, "backend.disabled"),
        ({"is_in_maintenance": True}, "mode.maintenance"),
    ],
)
def test_a_backend_that_went_away_is_gone_at_once(changes: dict[str, bool], expected: str) -> None:
    assert twice("GET", "/photos/key", snapshot(READWRITE)) is None
    changed = snapshot(READWRITE, backends={"east": replace(EAST, **changes)})
    assert twice("GET", "/photos/key", changed) == expected


def test_moments_and_networks_are_looked_at_each_time() -> None:
    bounded = snapshot(replace(READWRITE, expires_at=NOW + 60, not_before=NOW - 60))
    assert twice("GET", "/photos/key", bounded) is None
    assert result("GET", "/photos/key", bounded, now=NOW + 61) == "credential.unknown"
    assert result("GET", "/photos/key", bounded, now=NOW - 61) == "credential.not_yet_valid"

    assert twice(
        "GET", "/photos/key", snapshot(replace(READWRITE, cidrs=("198.51.100.0/24",)))
    ) == ("ip.credential")


def test_a_prefix_is_held_against_every_key() -> None:
    world = snapshot(credential("readwrite", ("east", "photos-real", "home/")))

    for _ in range(2):
        assert result("GET", "/photos/home/a", world) is None
        assert result("GET", "/photos/away/a", world) == "grant.missing"
        assert result("PUT", "/photos/home/a", world, content_length="0") is None
        assert result("PUT", "/photos/homes", world, content_length="0") == "grant.missing"


def test_a_prefix_of_the_owner_is_held_against_every_key() -> None:
    ceiling = (Scope("east", "photos-real", "home/", READWRITE.principal.scopes[0].levels),)
    entry = replace(READWRITE, principal=replace(READWRITE.principal, ceiling=ceiling))

    for _ in range(2):
        assert result("GET", "/photos/home/a", snapshot(entry)) is None
        assert result("GET", "/photos/away/a", snapshot(entry)) == "owner.missing_right"


def test_what_is_known_of_one_right_says_nothing_of_another() -> None:
    world = snapshot(credential("readwrite"))

    assert twice("DELETE", "/photos/key", world) is None
    assert twice("DELETE", "/photos/key?versionId=1", world) == "grant.missing"
    assert twice("DELETE", "/photos/key", world) is None
    assert twice("GET", "/photos?acl", world) == "grant.missing"
    assert twice("GET", "/photos", world) is None


def test_what_is_known_of_one_sender_says_nothing_of_another() -> None:
    other = replace(READER, access_key="AKOTHER", secret_key="other-secret")
    world = snapshot(credentials={ACCESS_KEY: READWRITE, "AKOTHER": other})
    assert twice("PUT", "/photos/key", world, content_length="0") is None

    theirs = Client("AKOTHER", "other-secret").head("PUT", "/photos/key", {"content-length": "0"})
    answer = ask(theirs, world)

    assert isinstance(answer, Refuse)
    assert answer.error.reason == "grant.missing"


def test_names_and_fields_are_looked_at_each_time() -> None:
    world = snapshot(READWRITE, backends={"east": replace(EAST, capabilities=CAPABILITIES)})
    assert twice("PUT", "/photos/key", world, content_length="0") is None

    assert twice("PUT", "/photos/a/../b", world, content_length="0") == "s3.uri_invalid"
    assert twice("PUT", f"/photos/{'k' * 1025}", world, content_length="0") == "s3.key_too_long"
    acl = {"content_length": "0", "x_amz_acl": "private"}
    assert twice("PUT", "/photos/key", world, **acl) is None
    acl["x_amz_acl"] = "public-read"
    assert twice("PUT", "/photos/key", world, **acl) == "acl.not_private"


def test_append_only_looks_at_every_request() -> None:
    entry: CredentialEntry = credential("append-only")
    world = snapshot(entry)

    for _ in range(2):
        assert result("PUT", "/photos/key", world, content_length="0") is None
        conditional = result("PUT", "/photos/key", world, content_length="0", if_match='"e"')
        assert conditional == "object.append_only"
        answer = ask(CLIENT.head("PUT", "/photos/key", {"content-length": "0"}), world)
        assert isinstance(answer, Forward)
        assert b"\r\nif-none-match: *\r\n" in answer.head
