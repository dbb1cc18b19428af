import math
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.config.models import Config
from app.config.values import ListenAddress, parse_duration, parse_listen_address, render_duration


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0),
        ("10s", 10),
        ("1h30m", 5400),
        ("500ms", 0.5),
        ("1.5h", 5400),
        ("2us", 2e-6),
        ("-1s", -1),
        ("1m1s1ms", 61.001),
    ],
)
def test_durations_are_read_as_go_writes_them(text: str, seconds: float) -> None:
    assert math.isclose(parse_duration(text), seconds)


@pytest.mark.parametrize(
    "text", ["", "s", "10", "1 s", "1d", "1s1", "s1", "--1s", "1,5s", "\u0661s"]
)
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="with a unit"):
        parse_duration(text)


@given(st.integers(-(10**9), 10**9))
def test_a_duration_is_read_back_as_it_is_written(seconds: int) -> None:
    assert parse_duration(render_duration(seconds)) == seconds


@pytest.mark.parametrize(
    ("text", "address"),
    [
        (":8080", ListenAddress("", 8080)),
        ("127.0.0.1:0", ListenAddress("127.0.0.1", 0)),
        ("[::1]:80", ListenAddress("::1", 80)),
        ("localhost:80", ListenAddress("localhost", 80)),
    ],
)
def test_listen_addresses_are_read(text: str, address: ListenAddress) -> None:
    assert parse_listen_address(text) == address


@pytest.mark.parametrize(
    "text", ["", "8080", "a:b", ":65536", ":-1", "::1:80", "a b:80", ":\u0668\u0660"]
)
def test_what_is_no_listen_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"host:port|brackets|neither"):
        parse_listen_address(text)


@pytest.mark.parametrize(
    ("left", "right", "overlaps"),
    [
        (":80", "0.0.0.0:80", True),
        (":80", "127.0.0.1:80", True),
        ("[::]:80", ":80", True),
        ("localhost:80", "127.0.0.1:80", True),
        ("10.0.0.1:80", "10.0.0.2:80", False),
        (":80", ":81", False),
        (":0", ":0", False),
    ],
)
def test_addresses_that_cannot_both_be_bound_are_known(
    left: str, right: str, *, overlaps: bool
) -> None:
    first, second = parse_listen_address(left), parse_listen_address(right)

    assert first.overlaps(second) is overlaps
    assert second.overlaps(first) is overlaps


def test_values_are_held_as_the_program_needs_them() -> None:
    config = Config.model_validate(
        {
            "server": {"trusted_proxies": ["10.1.2.3/8", "::1"], "public_url": "https://x.org/a/"},
            "s3_proxy": {"host_suffixes": [".S3.Example.org"], "public_hostname": "S3.x.org:444"},
            "credentials": [
                {
                    "access_key": "AKIA1",
                    "expires_at": "2026-05-01T12:00:00+02:00",
                    "generate_to": "/x",
                    "scopes": [{"access": ["list", "read"]}],
                }
            ],
        }
    )

    assert config.server.trusted_proxies == ("10.0.0.0/8", "::1/128")
    assert config.server.public_url == "https://x.org/a"
    assert config.s3_proxy.host_suffixes == ("s3.example.org",)
    assert config.s3_proxy.public_hostname == "s3.x.org:444"
    assert config.credentials[0].expires_at == datetime(2026, 5, 1, 10, tzinfo=UTC)
    assert config.credentials[0].scopes[0].access == ("list", "read")


def test_the_audit_log_lies_beside_the_database() -> None:
    config = Config.model_validate({"db": {"sqlite": {"path": "/data/stowage.db"}}})

    assert config.db.sqlite.effective_audit_path == "/data/stowage-audit.db"


def test_a_printed_configuration_loads_as_the_same() -> None:
    config = Config.model_validate({"uploads": {"stale_after": "1h30m"}})

    printed = config.model_dump(mode="json", exclude_none=True)

    assert printed["uploads"]["stale_after"] == "1h30m"
    assert Config.model_validate(printed) == config
