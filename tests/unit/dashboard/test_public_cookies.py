"""
What a visitor's browser keeps: for one share, bounded in size, under names nobody else can plant.
"""

import pytest

from dashboard.exchange import Exchange
from dashboard.peers import Peer
from dashboard.public_cookies import MAX_PASSES, VisitorCookies
from support.shares import SHARE


def cookies(header: str = "", *, is_https: bool = False) -> VisitorCookies:
    return VisitorCookies(header, Exchange("r-1", Peer("10.0.0.1", is_https, is_trusted=False)))


def written(kept: VisitorCookies) -> str:
    (header,) = kept.exchange.cookies
    return header


def test_a_pass_comes_back_from_the_cookie_that_it_was_written_to() -> None:
    first = cookies()
    first.write("1.a", "visit", SHARE)
    second = cookies(written(first).partition(";")[0])
    second.write("2.b", "visit", SHARE)

    assert cookies(written(second).partition(";")[0]).read("visit", SHARE) == ["2.b", "1.a"]
    assert cookies().read("visit", SHARE) == [""]


def test_old_downloads_are_forgotten_before_the_header_grows() -> None:
    header = ""
    for number in range(50):
        kept = cookies(header)
        kept.write(f"{number}.x", "visit", SHARE)
        header = written(kept).partition(";")[0]

    found = cookies(header).read("visit", SHARE)
    assert found == [f"{number}.x" for number in range(49, 49 - MAX_PASSES, -1)]


@pytest.mark.parametrize(("is_https", "prefix"), [(True, "__Secure-"), (False, "")])
def test_the_cookie_goes_to_its_share_alone(*, is_https: bool, prefix: str) -> None:
    kept = cookies(is_https=is_https)
    kept.write("1.a", "unlock", SHARE)

    assert written(kept).startswith(f"{prefix}stowage_unlock_{SHARE.code}=1.a; ")
    assert f"Path=/s/{SHARE.code}; Max-Age=1800; SameSite=Lax; HttpOnly" in written(kept)
    assert written(kept).endswith("; Secure") is is_https


def test_on_https_a_cookie_without_the_prefix_is_not_read() -> None:
    header = f"stowage_unlock_{SHARE.code}=1.a"

    assert cookies(header, is_https=True).read("unlock", SHARE) == [""]
