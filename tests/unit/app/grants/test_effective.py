"""
From role and grants to scopes.
"""

import pytest

from app.config.identity import AuthConfig
from app.grants.effective import GrantRow, concerns, effective_scopes, role_scopes
from app.rbac.levels import PRESETS, READONLY_CEILING, ROLE_DEFAULTS, Role
from app.rbac.principal import ANY, EVERYTHING, Scope

DEFAULTS = role_scopes(AuthConfig())


def grant(access: str = "full", kind: str = "user", subject: str = "u1") -> GrantRow:
    return GrantRow("g1", kind, subject, "main", "docs", "team/", access)


def test_without_configuration_a_role_has_its_default_everywhere() -> None:
    levels = ROLE_DEFAULTS[Role.USER].levels

    assert effective_scopes(Role.USER, DEFAULTS, []) == (
        Scope(ANY, ANY, "", levels, source="role:user"),
    )


def test_an_administrator_may_everything_whatever_is_granted() -> None:
    assert effective_scopes(Role.ADMIN, DEFAULTS, [grant("readonly")]) == (EVERYTHING,)


def test_an_empty_list_leaves_only_what_is_granted() -> None:
    closed = role_scopes(AuthConfig.model_validate({"role_grants": {"user": []}}))

    assert effective_scopes(Role.USER, closed, []) == ()
    assert effective_scopes(Role.USER, closed, [grant("append-only")]) == (
        Scope(
            "main", "docs", "team/", PRESETS["append-only"].levels, may_overwrite=False,
            source="grant:g1",
        ),
    )  # fmt: skip


def test_a_configured_scope_replaces_the_default() -> None:
    auth = AuthConfig.model_validate(
        {"role_grants": {"user": [{"backend": "main", "bucket": "docs", "access": "readonly"}]}}
    )

    assert role_scopes(auth)[Role.USER] == (
        Scope("main", "docs", "", PRESETS["readonly"].levels, source="role:user"),
    )


def test_no_grant_lifts_readonly_above_list_and_read() -> None:
    scopes = effective_scopes(Role.READONLY, DEFAULTS, [grant("full"), grant("drop-box")])

    assert [scope.levels for scope in scopes] == [READONLY_CEILING, READONLY_CEILING]
    assert scopes[1].prefix == "team/"


@pytest.mark.parametrize(
    ("row", "is_theirs"),
    [
        (grant(kind="user", subject="u1"), True),
        (grant(kind="user", subject="u2"), False),
        (grant(kind="role", subject="user"), True),
        (grant(kind="role", subject="readonly"), False),
        (grant(kind="group", subject="team"), True),
        (grant(kind="group", subject="u1"), False),
    ],
)
def test_a_grant_concerns_its_subject_only(row: GrantRow, is_theirs: bool) -> None:  # noqa: FBT001  a column of the table
    assert concerns(row, user_id="u1", role=Role.USER, group_ids={"team"}) is is_theirs
