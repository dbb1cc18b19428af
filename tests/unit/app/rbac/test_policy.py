"""
`authorize`: deny by default, every level needed, the owner's rights as a ceiling.
"""

import pytest

from app.rbac.levels import ALL_LEVELS, PRESETS, Level, Role
from app.rbac.policy import (
    Action,
    Allowed,
    Denied,
    Resource,
    authorize,
    effective_levels,
    explain,
)
from app.rbac.principal import ANONYMOUS, ANY, EVERYTHING, Principal, PrincipalKind, Scope

GET = Action("GetObject", Level.READ)
PUT = Action("PutObject", Level.WRITE)
LIST = Action("ListObjectsV2", Level.LIST)
HEAD_BUCKET = Action("HeadBucket", Level.NONE, any_level=True)
SET_POLICY = Action("PutBucketPolicy", Level.CONFIGURE, whole_bucket=True)
MAKE_BUCKET = Action("CreateBucket", Level.CONFIGURE, whole_backend=True)
SET_QUOTA = Action("quota.set", Level.NONE, admin_only=True)
NEEDS_NOTHING = Action("ListBuckets", Level.NONE)

BUCKET = Resource("main", "docs")
OBJECT = Resource("main", "docs", key="team/plan.txt")


def scope(access: str, prefix: str = "", bucket: str = "docs", backend: str = "main") -> Scope:
    preset = PRESETS[access]
    return Scope(backend, bucket, prefix, preset.levels, preset.may_overwrite, source="grant:g1")


def credential(*scopes: Scope, ceiling: tuple[Scope, ...] | None = None) -> Principal:
    return Principal(PrincipalKind.CREDENTIAL, "AKIATEST", scopes=scopes, ceiling=ceiling)


def user(role: Role, *scopes: Scope) -> Principal:
    return Principal(PrincipalKind.USER, "u1", role=role, scopes=scopes)


def test_nobody_may_anything_by_default() -> None:
    for action in (GET, PUT, LIST, HEAD_BUCKET, SET_POLICY, MAKE_BUCKET, SET_QUOTA):
        assert not authorize(ANONYMOUS, action, OBJECT)


def test_an_action_without_a_level_is_allowed() -> None:
    assert authorize(ANONYMOUS, NEEDS_NOTHING, BUCKET)


@pytest.mark.parametrize(
    ("access", "action", "allowed"),
    [
        ("readonly", GET, True),
        ("readonly", PUT, False),
        ("drop-box", PUT, True),
        ("drop-box", GET, False),
        ("readwrite", PUT, True),
        ("readwrite", SET_POLICY, False),
        ("full", SET_POLICY, True),
        ("full", MAKE_BUCKET, False),
    ],
)
def test_a_preset_gives_its_levels_and_no_other(access: str, action: Action, allowed: bool) -> None:  # noqa: FBT001  a column of the table
    assert bool(authorize(credential(scope(access)), action, OBJECT)) is allowed


@pytest.mark.parametrize(
    "place", [Resource("main", "other", key="a"), Resource("second", "docs", key="a")]
)
def test_another_bucket_or_backend_is_out_of_scope(place: Resource) -> None:
    denied = authorize(credential(scope("full")), GET, place)

    assert isinstance(denied, Denied)
    assert denied.reason == "bucket.out_of_scope"


def test_two_scopes_add_up() -> None:
    both = Action("CopyInPlace", Level.READ | Level.WRITE)

    assert authorize(credential(scope("readonly"), scope("drop-box")), both, OBJECT)
    assert not authorize(credential(scope("readonly")), both, OBJECT)


def test_a_prefix_scope_reaches_keys_below_it_only() -> None:
    principal = credential(scope("readwrite", "team/"))

    assert authorize(principal, GET, OBJECT)
    assert not authorize(principal, GET, Resource("main", "docs", key="teams.txt"))
    assert not authorize(principal, GET, Resource("main", "docs", key="secret"))


def test_a_listing_inside_the_prefix_is_not_cut() -> None:
    principal = credential(scope("readwrite", "team/"))

    decision = authorize(principal, LIST, Resource("main", "docs", prefix="team/a"))

    assert decision == Allowed()


def test_a_listing_above_the_prefix_is_cut_to_it() -> None:
    principal = credential(scope("readwrite", "team/"), scope("readonly", "shared/"))

    decision = authorize(principal, LIST, Resource("main", "docs", prefix=""))

    assert isinstance(decision, Allowed)
    assert decision.visible_prefixes == ("shared/", "team/")


def test_a_listing_beside_the_prefix_is_refused() -> None:
    principal = credential(scope("readwrite", "team/"))

    assert not authorize(principal, LIST, Resource("main", "docs", prefix="other/"))


def test_a_drop_box_prefix_shows_nothing_in_a_listing() -> None:
    assert not authorize(
        credential(scope("drop-box", "in/")), LIST, Resource("main", "docs", prefix="")
    )


def test_bucket_settings_need_the_level_without_a_prefix() -> None:
    assert not authorize(credential(scope("full", "team/")), SET_POLICY, BUCKET)
    assert authorize(credential(scope("full")), SET_POLICY, BUCKET)


def test_creating_a_bucket_needs_configure_on_every_bucket_of_the_backend() -> None:
    assert authorize(credential(scope("full", bucket=ANY)), MAKE_BUCKET, BUCKET)
    assert not authorize(credential(scope("full", "x/", bucket=ANY)), MAKE_BUCKET, BUCKET)
    assert not authorize(
        credential(scope("full", bucket=ANY)), MAKE_BUCKET, Resource("second", "docs")
    )


def test_any_level_lets_a_bucket_be_seen() -> None:
    assert authorize(credential(scope("drop-box", "in/")), HEAD_BUCKET, BUCKET)
    assert not authorize(credential(Scope("main", "docs", "", Level.NONE)), HEAD_BUCKET, BUCKET)


def test_a_credential_may_no_more_than_its_owner() -> None:
    principal = credential(scope("full"), ceiling=(scope("readonly"),))

    assert authorize(principal, GET, OBJECT)
    denied = authorize(principal, PUT, OBJECT)

    assert isinstance(denied, Denied)
    assert denied.reason == "owner.missing_right"
    assert denied.missing == Level.WRITE


def test_an_owner_without_any_right_stops_the_credential() -> None:
    assert not authorize(credential(scope("full"), ceiling=()), GET, OBJECT)


def test_owner_and_credential_prefixes_meet_in_the_longer_one() -> None:
    principal = credential(scope("readonly", "team/"), ceiling=(scope("readonly", "team/a/"),))

    decision = authorize(principal, LIST, Resource("main", "docs", prefix=""))

    assert isinstance(decision, Allowed)
    assert decision.visible_prefixes == ("team/a/",)


def test_a_cut_listing_under_an_unbounded_owner_stays_cut() -> None:
    principal = credential(scope("readonly", "team/"), ceiling=(EVERYTHING,))

    decision = authorize(principal, LIST, Resource("main", "docs", prefix=""))

    assert isinstance(decision, Allowed)
    assert decision.visible_prefixes == ("team/",)


def test_prefixes_that_never_meet_show_nothing() -> None:
    principal = credential(scope("readonly", "a/"), ceiling=(scope("readonly", "b/"),))

    denied = authorize(principal, LIST, Resource("main", "docs", prefix=""))

    assert isinstance(denied, Denied)
    assert denied.reason == "owner.missing_right"


def test_append_only_is_told_to_the_caller() -> None:
    decision = authorize(credential(scope("append-only")), PUT, OBJECT)

    assert isinstance(decision, Allowed)
    assert not decision.may_overwrite


def test_append_only_of_the_owner_binds_the_credential() -> None:
    decision = authorize(credential(scope("full"), ceiling=(scope("append-only"),)), PUT, OBJECT)

    assert isinstance(decision, Allowed)
    assert not decision.may_overwrite


def test_an_overwriting_scope_beside_append_only_wins() -> None:
    decision = authorize(credential(scope("append-only"), scope("drop-box")), PUT, OBJECT)

    assert decision == Allowed()


def test_admin_matters_belong_to_signed_in_administrators() -> None:
    assert authorize(user(Role.ADMIN, EVERYTHING), SET_QUOTA, BUCKET)
    assert not authorize(user(Role.USER, EVERYTHING), SET_QUOTA, BUCKET)
    key_of_admin = Principal(
        PrincipalKind.CREDENTIAL, "AKIATEST", role=Role.ADMIN, scopes=(EVERYTHING,)
    )
    denied = authorize(key_of_admin, SET_QUOTA, BUCKET)

    assert isinstance(denied, Denied)
    assert denied.reason == "admin.required"


def test_a_readonly_user_is_told_of_the_role() -> None:
    denied = authorize(user(Role.READONLY, scope("readonly", bucket=ANY)), PUT, OBJECT)

    assert isinstance(denied, Denied)
    assert denied.reason == "role.readonly"


def test_a_readonly_user_without_the_grant_is_told_of_the_grant() -> None:
    denied = authorize(user(Role.READONLY), GET, OBJECT)

    assert isinstance(denied, Denied)
    assert denied.reason == "grant.missing"


def test_a_refusal_shows_the_rules_that_were_looked_at() -> None:
    denied = authorize(credential(scope("readonly"), scope("drop-box", "in/")), PUT, OBJECT)

    assert isinstance(denied, Denied)
    assert denied.reason == "grant.missing"
    assert [(step.source, step.matched) for step in denied.trace] == [
        ("grant:g1", False),
        ("grant:g1", False),
    ]


def test_explain_names_the_rule_that_allowed() -> None:
    decision = explain(credential(scope("readonly"), ceiling=(scope("full"),)), GET, OBJECT)

    assert isinstance(decision, Allowed)
    assert [step.matched for step in decision.trace] == [True, True]
    assert [step.matched for step in explain(credential(scope("full")), GET, OBJECT).trace] == [
        True
    ]


def test_explain_of_a_refusal_is_the_refusal() -> None:
    assert not explain(credential(), GET, OBJECT)


def test_effective_levels_are_those_of_both_sides() -> None:
    principal = credential(scope("full"), ceiling=(scope("readwrite"), scope("full", "x/")))

    assert effective_levels(principal, OBJECT) == PRESETS["readwrite"].levels
    assert effective_levels(credential(scope("full")), OBJECT) == ALL_LEVELS
    assert effective_levels(credential(scope("full")), Resource("main", "other")) == Level.NONE
    assert effective_levels(credential(scope("full", "x/")), BUCKET) == Level.NONE


@pytest.mark.parametrize(
    ("held", "action", "place", "matched"),
    [
        (scope("drop-box", "x/"), HEAD_BUCKET, BUCKET, True),
        (scope("full", bucket="other"), HEAD_BUCKET, BUCKET, False),
        (scope("full"), MAKE_BUCKET, BUCKET, False),
        (scope("full", bucket=ANY), MAKE_BUCKET, BUCKET, True),
        (scope("full", "x/"), SET_POLICY, BUCKET, False),
        (scope("readonly", "team/"), LIST, Resource("main", "docs", prefix=""), True),
        (scope("readonly", "x/"), LIST, Resource("main", "docs", prefix="team/"), False),
    ],
)
def test_a_step_matches_where_it_gives_something(
    held: Scope,
    action: Action,
    place: Resource,
    matched: bool,  # noqa: FBT001  a column of the table
) -> None:
    decision = explain(credential(held), action, place)

    assert [step.matched for step in decision.trace] == [matched]
    assert bool(decision) is matched
