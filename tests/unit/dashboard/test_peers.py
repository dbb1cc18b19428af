"""
Whose request it is: forwarding headers are believed from trusted proxies only, from the right.
"""

import pytest

from dashboard.peers import Forwarded, TrustedProxies, parse_address

PROXIES = TrustedProxies.parse(["10.0.0.0/8", "::1"])
NOBODY = TrustedProxies()


def ip(socket_ip: str, *chain: str, proxies: TrustedProxies = PROXIES) -> str:
    return proxies.identify(socket_ip, "http", Forwarded(tuple(chain))).ip


def test_by_default_nobody_is_believed() -> None:
    peer = NOBODY.identify("203.0.113.9", "http", Forwarded(("1.2.3.4",), "1.2.3.4", "https"))

    assert (peer.ip, peer.is_https, peer.is_trusted) == ("203.0.113.9", False, False)


@pytest.mark.parametrize(
    ("chain", "expected"),
    [
        ((), "10.0.0.1"),
        (("198.51.100.7",), "198.51.100.7"),
        (("1.1.1.1", "198.51.100.7"), "198.51.100.7"),
        (("198.51.100.7", "10.0.0.2"), "198.51.100.7"),
        (("10.0.0.3", "10.0.0.2"), "10.0.0.3"),
        (("198.51.100.7", "garbage"), "10.0.0.1"),
        (("198.51.100.7", "garbage", "10.0.0.2"), "10.0.0.2"),
        (("198.51.100.7:4711",), "198.51.100.7"),
        (("[2001:db8::7]:4711",), "2001:db8::7"),
        (("::ffff:198.51.100.7",), "198.51.100.7"),
    ],
)
def test_the_chain_is_walked_from_the_right_to_the_first_stranger(
    chain: tuple[str, ...], expected: str
) -> None:
    assert ip("10.0.0.1", *chain) == expected


def test_an_untrusted_peer_cannot_choose_its_address() -> None:
    assert ip("198.51.100.7", "10.0.0.1") == "198.51.100.7"


def test_the_real_ip_header_counts_only_without_a_chain() -> None:
    alone = PROXIES.identify("10.0.0.1", "http", Forwarded((), "198.51.100.7"))
    beside = PROXIES.identify("10.0.0.1", "http", Forwarded(("192.0.2.1",), "198.51.100.7"))

    assert (alone.ip, beside.ip) == ("198.51.100.7", "192.0.2.1")


@pytest.mark.parametrize(
    ("socket_ip", "scheme", "proto", "expected"),
    [
        ("10.0.0.1", "http", "https", True),
        ("10.0.0.1", "http", "HTTPS", True),
        ("10.0.0.1", "http", "http, https", True),
        ("10.0.0.1", "http", "https, http", False),
        ("10.0.0.1", "https", "http", False),
        ("10.0.0.1", "http", "", False),
        ("10.0.0.1", "https", "", True),
        ("198.51.100.7", "http", "https", False),
        ("198.51.100.7", "https", "http", True),
    ],
)
def test_https_is_what_the_trusted_proxy_or_the_socket_says(
    socket_ip: str, scheme: str, proto: str, *, expected: bool
) -> None:
    assert PROXIES.identify(socket_ip, scheme, Forwarded(proto=proto)).is_https is expected


def test_a_trusted_peer_stays_trusted_when_the_address_is_the_clients() -> None:
    """The reference checked the peer after it had rewritten the address, and lost `Secure`."""
    peer = PROXIES.identify("10.0.0.1", "http", Forwarded(("198.51.100.7",), "", "https"))

    assert (peer.ip, peer.is_https, peer.is_trusted) == ("198.51.100.7", True, True)


def test_a_socket_without_address_is_nobody() -> None:
    peer = PROXIES.identify("", "http", Forwarded(("198.51.100.7",)))

    assert (peer.ip, peer.is_trusted) == ("", False)


@pytest.mark.parametrize(
    "text", ["", "host", "1.2.3", "1.2.3.4.5", "unix:", "[::1", "999.1.1.1:80"]
)
def test_what_is_no_address_is_none(text: str) -> None:
    assert parse_address(text) is None or text == "[::1"
