import pytest

from proxy.client_address import AddressReader

TRUSTED = ("10.0.0.0/8", "127.0.0.1", "fd00::/8")


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("10.0.0.1", None, "10.0.0.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "203.0.113.7", "203.0.113.7"),
        ("127.0.0.1", "203.0.113.7", "203.0.113.7"),
        # The left-most entry is the client's own invention.
        ("10.0.0.1", "1.1.1.1, 203.0.113.7, 10.0.0.9", "203.0.113.7"),
        ("10.0.0.1", "10.0.0.8, 10.0.0.9", "10.0.0.8"),
        ("203.0.113.9", "1.1.1.1", "203.0.113.9"),
        ("10.0.0.1", "1.1.1.1, nonsense", "10.0.0.1"),
        ("10.0.0.1", "1.1.1.1, nonsense, 10.0.0.9", "10.0.0.9"),
        ("10.0.0.1", "203.0.113.7:4711", "203.0.113.7"),
        ("10.0.0.1", "[2001:db8::1]:4711", "2001:db8::1"),
        ("fd00::1", "2001:db8::1", "2001:db8::1"),
        ("::ffff:10.0.0.1", "203.0.113.7", "203.0.113.7"),
        ("10.0.0.1", ",".join(["1.1.1.1"] + ["10.0.0.9"] * 50), "10.0.0.9"),
    ],
)
def test_walk_ends_at_the_first_hop_that_is_not_trusted(
    peer: str, forwarded: str | None, client: str
) -> None:
    assert AddressReader(TRUSTED).read(peer, forwarded) == client


def test_nobody_is_trusted_by_default() -> None:
    assert AddressReader(()).read("127.0.0.1", "1.1.1.1") == "127.0.0.1"
