from typing import Any

import pytest

from app.auth.oidc.claims import read_claims, source_of
from app.config.identity import OidcConfig, RoleMappingConfig
from app.rbac.levels import Role

MAPPING = RoleMappingConfig(admin=("ops",), user=("staff", "dev"), readonly=("guests",))


def _config(**more: Any) -> OidcConfig:
    return OidcConfig(role_mapping=MAPPING, **more)


@pytest.mark.parametrize(
    ("issuer", "source"),
    [
        ("https://id.example", "oidc:id.example"),
        ("https://id.example:8443/realms/x", "oidc:id.example:8443"),
    ],
)
def test_the_source_is_the_issuers_host(issuer: str, source: str) -> None:
    assert source_of(issuer) == source


@pytest.mark.parametrize(
    ("claims", "role"),
    [
        ({"groups": ["guests", "staff", "ops"]}, Role.ADMIN),
        ({"groups": ["guests", "dev"]}, Role.USER),
        ({"groups": ["guests"]}, Role.READONLY),
        ({"groups": "guests"}, Role.READONLY),
        ({"groups": ["OPS"]}, None),
        ({"groups": [7, None, ["ops"]]}, None),
        ({"groups": {"ops": True}}, None),
        ({"groups": None}, None),
        ({}, None),
    ],
)
def test_the_role_is_the_highest_that_any_group_maps_to(
    claims: dict[str, Any], role: Role | None
) -> None:
    assert read_claims({"sub": "s", **claims}, _config()).role is role


def test_a_default_role_is_for_those_whom_nothing_maps() -> None:
    config = _config(default_role="readonly")

    assert read_claims({"sub": "s"}, config).role is Role.READONLY
    assert read_claims({"sub": "s", "groups": ["ops"]}, config).role is Role.ADMIN


@pytest.mark.parametrize(
    ("name", "claims"),
    [
        ("realm_access.roles", {"realm_access": {"roles": ["ops"]}}),
        ("https://example.com/roles", {"https://example.com/roles": ["ops"]}),
        ("a.b", {"a.b": ["ops"], "a": {"b": ["guests"]}}),
        ("roles", {"roles": "ops"}),
    ],
)
def test_the_role_claim_is_found_by_its_name_or_along_its_path(
    name: str, claims: dict[str, Any]
) -> None:
    assert read_claims({"sub": "s", **claims}, _config(role_claim=name)).role is Role.ADMIN


@pytest.mark.parametrize(
    ("claims", "username"),
    [
        ({"preferred_username": " ann ", "email": "a@x.org"}, "ann"),
        ({"preferred_username": "", "email": "a@x.org"}, "a@x.org"),
        ({"preferred_username": "a\nb", "email": "no address"}, "s"),
        ({"preferred_username": 7}, "s"),
        ({"preferred_username": "x" * 129}, "s"),
    ],
)
def test_the_name_is_the_first_that_can_be_one(claims: dict[str, Any], username: str) -> None:
    assert read_claims({"sub": "s", **claims}, _config()).username == username


@pytest.mark.parametrize(
    ("said", "known"), [(True, True), (False, False), ("true", None), (None, None)]
)
def test_only_a_plain_yes_verifies_an_address(said: object, known: bool | None) -> None:  # noqa: FBT001  a case of the table
    claims = {"sub": "s", "email": "a@x.org", "email_verified": said}

    assert read_claims(claims, _config()).is_email_verified is known


def test_groups_come_from_their_own_claim() -> None:
    claims = {"sub": "s", "teams": ["a", "b", 3], "groups": ["ops"]}

    found = read_claims(claims, _config(group_claim="teams"))

    assert (found.groups, found.role) == (frozenset({"a", "b"}), Role.ADMIN)
