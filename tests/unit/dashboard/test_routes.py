"""
The route table itself: whole, without doubles, and closed where it must be.
"""

from collections import Counter

from dashboard.app import spellings
from dashboard.routes import ROWS
from dashboard.session import Gate

BOTH_SPELLINGS = {
    "/api/me/pins",
    "/api/shares",
    "/api/me/s3-credentials",
    "/api/admin/users",
    "/api/admin/backends",
    "/api/admin/s3-credentials",
    "/api/admin/s3-anonymous",
    "/api/admin/s3-aliases",
    "/api/admin/groups",
    "/api/admin/grants",
    "/api/admin/quotas",
    "/api/backends",
    "/api/backends/{bid}",
    "/api/backends/{bid}/buckets",
    "/api/backends/{bid}/buckets/{bucket}",
    "/api/backends/{bid}/buckets/{bucket}/multipart",
}
STRANGERS_MAY = {
    "/healthz",
    "/readyz",
    "/api/errors",
    "/api/openapi.json",
    "/api/auth/config",
    "/auth/login/local",
    "/auth/login/oidc",
    "/auth/callback",
    "/auth/backchannel-logout",
    "/auth/logout",
    "/s/{code}/info",
    "/s/{code}/unlock",
    "/s/{code}/list",
    "/s/{code}/raw",
    "/s/{code}/zip",
    "/s/{code}/upload",
}
_BUCKET = "/api/backends/{bid}/buckets/{bucket}"
LIMITS_OF_BUCKETS = {
    f"{_BUCKET}/quota",
    f"{_BUCKET}/quota/recompute",
    f"{_BUCKET}/size-tracking",
}
"""Never a level's: only administrators set them."""
OWN_AND_HARMLESS = {
    "/api/backends/{bid}/buckets/{bucket}/objects/zip",
    "/api/backends/{bid}/buckets/{bucket}/presign",
    "/api/me/password",
    "/api/me/sessions",
    "/api/me/sessions/{id}",
    # A reader may count; what a job would change is refused by the level at the place.
    "/api/jobs",
    "/api/jobs/{id}/cancel",
    "/api/jobs/{id}/retry",
    "/api/me/tokens",
    "/api/me/tokens/{id}",
}


def test_no_row_stands_there_twice() -> None:
    counts = Counter((row.method, path) for row in ROWS for path in spellings(row.path))

    assert [call for call, count in counts.items() if count > 1] == []


def test_the_collections_answer_with_and_without_a_slash() -> None:
    assert {row.path.removesuffix("~") for row in ROWS if row.path.endswith("~")} == BOTH_SPELLINGS


def test_strangers_reach_only_what_is_meant_for_them() -> None:
    public = {row.path for row in ROWS if row.gate in (Gate.PUBLIC, Gate.OPTIONAL)}

    assert public == STRANGERS_MAY


def test_everything_of_administration_asks_for_an_administrator() -> None:
    wrong = {
        row.path for row in ROWS if row.path.startswith("/api/admin") != (row.gate is Gate.ADMIN)
    }

    assert wrong == LIMITS_OF_BUCKETS


def test_readers_change_nothing_but_their_own_account() -> None:
    open_to_readers = {
        row.path for row in ROWS if row.method not in ("GET", "HEAD") and row.gate is Gate.ANY
    }

    assert open_to_readers == OWN_AND_HARMLESS


def test_only_two_calls_are_open_before_the_password_is_changed() -> None:
    assert [(row.method, row.path) for row in ROWS if row.before_rotation] == [
        ("GET", "/api/me"),
        ("POST", "/api/me/password"),
    ]
