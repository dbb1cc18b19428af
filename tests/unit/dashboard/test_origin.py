"""
Another site cannot make a browser change something here.
"""

import pytest
from starlette.datastructures import Headers

from app.errors.raised import StowageError
from dashboard.origin import OwnOrigin


def refusal(own: OwnOrigin, **headers: str) -> str | None:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        own.verify(Headers(named))
    except StowageError as error:
        return error.reason if error.code == "source_untrusted" else error.code
    return None


@pytest.mark.parametrize(
    "origin",
    [
        "http://files.example:8080",
        "https://files.example:8080",
        "HTTP://FILES.EXAMPLE:8080",
    ],
)
def test_without_a_public_url_the_host_of_the_request_is_our_own(origin: str) -> None:
    assert refusal(OwnOrigin(), origin=origin, host="files.example:8080") is None


def test_a_default_port_may_be_left_out() -> None:
    assert refusal(OwnOrigin(), origin="https://files.example", host="files.example:443") is None
    assert refusal(OwnOrigin(), origin="http://files.example:80", host="files.example") is None


@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.example",
        "http://files.example:8081",
        "http://files.example.evil.example:8080",
        "http://evil.example@files.example:8080",
        "null",
        "",
        "files.example:8080",
        "ftp://files.example:8080",
        "http://[",
    ],
)
def test_a_foreign_or_opaque_origin_is_refused(origin: str) -> None:
    assert refusal(OwnOrigin(), origin=origin, host="files.example:8080") == "source.origin"


def test_a_public_url_decides_whatever_the_host_header_says() -> None:
    own = OwnOrigin("https://files.example/sub")

    assert refusal(own, origin="https://files.example", host="10.0.0.5:8080") is None
    assert refusal(own, origin="http://10.0.0.5:8080", host="10.0.0.5:8080") == "source.origin"
    assert refusal(own, origin="http://files.example", host="10.0.0.5:8080") == "source.origin"


@pytest.mark.parametrize(
    ("site", "expected"),
    [
        ("same-origin", None),
        ("none", None),
        ("cross-site", "source.site"),
        ("same-site", "source.site"),
        ("anything", "source.site"),
    ],
)
def test_fetch_metadata_is_believed(site: str, expected: str | None) -> None:
    assert refusal(OwnOrigin(), sec_fetch_site=site, host="files.example") == expected


def test_a_client_that_names_no_origin_passes() -> None:
    assert refusal(OwnOrigin("https://files.example"), host="anything") is None
