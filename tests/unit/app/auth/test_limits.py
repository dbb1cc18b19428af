import pytest

from app.auth.limits import subject_of


@pytest.mark.parametrize(
    ("ip", "subject"),
    [
        ("10.0.0.1", "10.0.0.1"),
        ("::ffff:10.0.0.1", "10.0.0.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("unix", "unix"),
    ],
)
def test_an_address_counts_by_itself_and_an_ipv6_site_as_one(ip: str, subject: str) -> None:
    assert subject_of(ip) == subject
