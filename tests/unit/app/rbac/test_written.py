import itertools

import pytest

from app.errors.raised import StowageError
from app.rbac.levels import ALL_LEVELS, Level
from app.rbac.policy import Action, Resource, authorize
from app.rbac.principal import EVERYTHING, Principal, PrincipalKind, Scope
from app.rbac.written import WrittenScope, check_written, intersect

READ_WRITE = Level.READ | Level.WRITE | Level.LIST


def _scope(backend_id: str, bucket: str, prefix: str, levels: Level = READ_WRITE) -> Scope:
    return Scope(backend_id, bucket, prefix, levels)


@pytest.mark.parametrize(
    ("left", "right", "place"),
    [
        (("*", "*", ""), ("m", "docs", "a/"), ("m", "docs", "a/")),
        (("m", "*", ""), ("*", "docs", ""), ("m", "docs", "")),
        (("m", "docs", "a/"), ("m", "docs", "a/b/"), ("m", "docs", "a/b/")),
        (("m", "docs", "a/"), ("m", "docs", "b/"), None),
        (("m", "docs", ""), ("n", "docs", ""), None),
        (("m", "docs", ""), ("m", "mail", ""), None),
    ],
)
def test_two_scopes_meet_in_the_narrower_place(
    left: tuple[str, str, str], right: tuple[str, str, str], place: tuple[str, str, str] | None
) -> None:
    for one, other in ((left, right), (right, left)):
        found = intersect([_scope(*one)], [_scope(*other)])
        places = [(scope.backend_id, scope.bucket, scope.prefix) for scope in found]
        assert places == ([] if place is None else [place])


def test_without_a_common_level_nothing_is_left() -> None:
    writing, reading = _scope("m", "docs", "", Level.WRITE), _scope("m", "docs", "", Level.READ)

    assert intersect([writing], [reading]) == ()


def test_a_token_of_an_administrator_is_bounded_by_its_scopes() -> None:
    scope = WrittenScope("m", "docs", "", "append-only").as_scope()

    found = intersect([scope], [EVERYTHING])

    assert [(one.levels, one.may_overwrite, one.source) for one in found] == [
        (scope.levels, False, "role:admin")
    ]


PLACES = [("*", "*", ""), ("m", "*", ""), ("m", "docs", ""), ("m", "docs", "a/"), ("n", "docs", "")]
LEVELS = [Level.READ, ALL_LEVELS]
ACTIONS = [
    Action("read", Level.READ),
    Action("both", Level.READ | Level.WRITE),
    Action("settings", Level.CONFIGURE, whole_bucket=True),
    Action("bucket", Level.CONFIGURE, whole_backend=True),
]
RESOURCES = [Resource("m", "docs", "a/x"), Resource("m", "docs", "b"), Resource("n", "docs", "a/x")]


def test_the_intersection_decides_as_scopes_and_ceiling_together_do() -> None:
    scopes = [_scope(*place, levels) for place in PLACES for levels in LEVELS]
    for left, right in itertools.product(itertools.combinations(scopes, 2), repeat=2):
        both = Principal(PrincipalKind.USER, "u", scopes=left, ceiling=right)
        narrowed = Principal(PrincipalKind.USER, "u", scopes=intersect(left, right))
        for action, resource in itertools.product(ACTIONS, RESOURCES):
            assert bool(authorize(both, action, resource)) == bool(
                authorize(narrowed, action, resource)
            ), (left, right, action, resource)


def test_scope_is_kept_with_its_access_in_the_shortest_form() -> None:
    scope = WrittenScope("m", "docs", "a/", ["delete", "list", "read", "write"])

    assert scope.as_json() == {
        "backend_id": "m",
        "bucket": "docs",
        "prefix": "a/",
        "access": "readwrite",
    }


@pytest.mark.parametrize(
    "scope",
    [
        WrittenScope("*", "*", "", "full"),
        WrittenScope("main", "docs", "a/", ["list"]),
    ],
)
def test_scope_that_may_be_somewhere_is_taken(scope: WrittenScope) -> None:
    check_written(scope)


@pytest.mark.parametrize(
    "scope",
    [
        WrittenScope("Main!", "docs", "", "full"),
        WrittenScope("MAIN", "docs", "", "full"),
        WrittenScope("main", "no bucket", "", "full"),
        WrittenScope("main", "docs", "a" * 2000, "full"),
        WrittenScope("main", "docs", "", "everything"),
    ],
)
def test_scope_that_can_be_nowhere_is_refused(scope: WrittenScope) -> None:
    with pytest.raises(StowageError):
        check_written(scope)
