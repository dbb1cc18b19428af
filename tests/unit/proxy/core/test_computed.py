import pytest

from proxy.core.computed import MAX_CHARACTERS, render_computed
from proxy.core.head import parse_head
from proxy.core.mismatch import EXPLAINED_PER_SECOND
from proxy.core.request import parse_request
from support.decisions import refused, snapshot
from support.signing import EMPTY, NOW, SECRET_KEY, Client, timestamp

WRONG = Client(secret_key="wrong")
SSE_C = "x-amz-server-side-encryption-customer-key"


def test_refused_signature_tells_the_canonical_request_that_was_computed() -> None:
    data = WRONG.head("GET", "/photos/a%20b?versionId=7", {"range": "bytes=0-1"})

    found = refused(data).canonical_request

    assert found.split("\n") == [
        "GET",
        "/photos/a%20b",
        "versionId=7",
        "host:s3.example.com",
        "range:bytes=0-1",
        f"x-amz-content-sha256:{EMPTY}",
        f"x-amz-date:{timestamp(NOW)}",
        "",
        "host;range;x-amz-content-sha256;x-amz-date",
        EMPTY,
    ]


@pytest.mark.parametrize(
    "data",
    [
        WRONG.head("PUT", "/photos/key", {"x-amz-security-token": "hush", SSE_C: "hush"}),
        WRONG.head("GET", "/photos/key", {"cookie": "hush"}),
        WRONG.presigned("GET", f"/photos/key?X-Amz-Security-Token=hush&{SSE_C}=hush"),
    ],
    ids=["headers", "cookie", "query"],
)
def test_no_secret_and_no_signature_is_in_it(data: bytes) -> None:
    found = refused(data).canonical_request

    assert found
    assert "hush" not in found
    assert "REDACTED" in found
    assert "X-Amz-Signature" not in found
    assert SECRET_KEY not in found


def test_nothing_is_kept_of_a_request_that_fits_or_names_a_key_of_nobody() -> None:
    outdated = Client(now=NOW - 10_000).head("GET", "/photos/key")
    unknown = Client(access_key="AKNOBODY").head("GET", "/photos/key")
    elsewhere = Client().head("GET", "/nowhere/key")

    found = [refused(data, snapshot()) for data in (outdated, unknown, elsewhere)]

    assert [refuse.canonical_request for refuse in found] == ["", "", ""]


def test_a_flood_of_wrong_signatures_keeps_ten_a_second() -> None:
    world, data = snapshot(), WRONG.head("GET", "/photos/key")

    kept = [bool(refused(data, world).canonical_request) for _ in range(EXPLAINED_PER_SECOND + 5)]

    assert sum(kept) == EXPLAINED_PER_SECOND


def test_it_is_short_and_printable_whatever_was_sent() -> None:
    long = f"GET /b/k?x={'y' * 5000} HTTP/1.1\r\nHost: s3\r\nX-Amz-Meta-A: \x9b31m\xe9\r\n\r\n"
    request = parse_request(parse_head(long.encode("latin-1")))
    short = parse_request(parse_head(long.replace("y" * 5000, "y").encode("latin-1")))

    names = ("host", "lost\x1b", "x-amz-meta-a")
    assert len(render_computed(request, names, EMPTY)) == MAX_CHARACTERS
    assert render_computed(short, names, EMPTY).split("\n") == [
        "GET",
        "/b/k",
        "x=y",
        "host:s3",
        "lost?:(did not arrive)",
        r"x-amz-meta-a:\x9b31m\xe9",
        "",
        "host;lost?;x-amz-meta-a",
        EMPTY,
    ]
