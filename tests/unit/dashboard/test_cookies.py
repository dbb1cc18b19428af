"""
Session cookies: unreadable for scripts, bound to the host on https, never taken by another name.
"""

from datetime import UTC, datetime

import pytest

from dashboard.cookies import clear_session, read_session, set_session

EXPIRY = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)


def test_on_https_the_session_is_bound_to_the_host() -> None:
    session, csrf = set_session("secret", "token", EXPIRY, is_https=True)

    assert session == (
        "__Host-stowage_session=secret; Path=/; Expires=Fri, 01 May 2026 12:00:00 GMT; "
        "SameSite=Lax; Secure; HttpOnly"
    )
    assert csrf == (
        "stowage_csrf=token; Path=/; Expires=Fri, 01 May 2026 12:00:00 GMT; SameSite=Lax; Secure"
    )


def test_on_plain_http_a_browser_can_still_keep_it() -> None:
    session, csrf = set_session("secret", "token", EXPIRY, is_https=False)

    assert session.startswith("stowage_session=secret;")
    assert "HttpOnly" in session
    assert "HttpOnly" not in csrf
    assert "Secure" not in session + csrf


@pytest.mark.parametrize(
    ("header", "is_https", "expected"),
    [
        ("stowage_session=a", False, "a"),
        ("x=1; stowage_session=a; stowage_csrf=b", False, "a"),
        ("__Host-stowage_session=a", True, "a"),
        ("stowage_session=planted", True, ""),
        ("__Host-stowage_session=a", False, ""),
        ("stowage_session_=a", False, ""),
        ("", False, ""),
        ("nonsense;;=", False, ""),
    ],
)
def test_only_the_right_name_is_read(header: str, *, is_https: bool, expected: str) -> None:
    assert read_session(header, is_https=is_https) == expected


@pytest.mark.parametrize("is_https", [True, False])
def test_clearing_empties_both(*, is_https: bool) -> None:
    cleared = clear_session(is_https=is_https)

    assert [cookie.split(";")[0].endswith("=") for cookie in cleared] == [True, True]
    assert all("Max-Age=0" in cookie and "Path=/" in cookie for cookie in cleared)
