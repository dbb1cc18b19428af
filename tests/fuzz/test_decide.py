"""
The whole decision with fields of any content: it answers, whatever it is asked.
"""

from dataclasses import replace
from urllib.parse import quote

from hypothesis import given, settings
from hypothesis import strategies as st

from app.snapshot.values import AnonymousBinding
from proxy.core.decision import Forward, Local, Refuse
from support.decisions import PHOTOS, ask, snapshot
from support.signing import ACCESS_KEY, EMPTY, Client, render

TEXT = st.text(st.characters(codec="latin-1", exclude_categories=["Cc"]), max_size=20)
CLIENT = Client()
PARTS = st.sampled_from(
    [
        "AWS4-HMAC-SHA256",
        "AWS ",
        " ",
        ",",
        "=",
        "/",
        ";",
        "Credential=",
        "SignedHeaders=",
        "Signature=",
        f"{ACCESS_KEY}/{CLIENT.scope}",
        ACCESS_KEY,
        "host",
        "x-amz-date",
        "0" * 64,
        "20231114T221320Z",
        "Tue, 14 Nov 2023 22:13:20 GMT",
        EMPTY,
        "UNSIGNED-PAYLOAD",
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
        "photos/key",
        "1",
        "-1",
    ]
)
VALUES = st.lists(PARTS | TEXT, max_size=6).map("".join)
FIELDS = st.dictionaries(
    st.sampled_from(
        [
            "authorization",
            "content-encoding",
            "content-md5",
            "content-type",
            "date",
            "if-match",
            "origin",
            "range",
            "x-amz-acl",
            "x-amz-checksum-crc32",
            "x-amz-content-sha256",
            "x-amz-copy-source",
            "x-amz-date",
            "x-amz-decoded-content-length",
            "x-amz-security-token",
            "x-amz-trailer",
            "x-forwarded-for",
        ]
    ),
    VALUES,
    max_size=6,
)
NAMES = st.sampled_from(
    [
        "AWSAccessKeyId",
        "Expires",
        "Signature",
        "X-Amz-Algorithm",
        "X-Amz-Credential",
        "X-Amz-Date",
        "X-Amz-Expires",
        "X-Amz-Signature",
        "X-Amz-SignedHeaders",
        "acl",
        "delete",
        "partNumber",
        "prefix",
        "uploadId",
        "versionId",
        "x-amz-copy-source",
    ]
)
QUERIES = st.dictionaries(NAMES, st.lists(PARTS | st.text(max_size=5), max_size=3).map("".join))
METHODS = st.sampled_from(["GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS", "PATCH"])
WORLD = snapshot(anonymous={"open": AnonymousBinding("open", PHOTOS)})
WORLD = replace(WORLD, settings=replace(WORLD.settings, is_anonymous_enabled=True))


def target_of(path: str, query: dict[str, str]) -> str:
    pairs = [
        f"{name}={quote(value.encode('utf-8', 'replace'), safe='')}"
        for name, value in query.items()
    ]
    return path + ("?" + "&".join(pairs) if pairs else "")


@settings(max_examples=800)
@given(METHODS, st.sampled_from(["/", "/photos", "/photos/key", "/open/key"]), QUERIES, FIELDS)
def test_nobody_gets_in_and_nothing_breaks(
    method: str, path: str, query: dict[str, str], fields: dict[str, str]
) -> None:
    """
    Whoever knows no secret gets what is open to strangers, whatever they write.
    """
    data = render(method, target_of(path, query), {"host": CLIENT.host, **fields})

    answer = ask(data, WORLD)

    if isinstance(answer, Forward):
        assert answer.principal.id == "anonymous"
        assert path == "/open/key"
        assert method in {"GET", "HEAD"}
    elif isinstance(answer, Local):
        assert answer.audited.operation in {"CORSPreflight", "PostObject"}


@settings(max_examples=500)
@given(METHODS, st.sampled_from(["/", "/photos", "/photos/key"]), QUERIES, FIELDS)
def test_whoever_signs_is_answered_too(
    method: str, path: str, query: dict[str, str], fields: dict[str, str]
) -> None:
    signed = {name: value for name, value in fields.items() if name != "authorization"}

    answer = ask(CLIENT.head(method, target_of(path, query), signed), WORLD)

    assert isinstance(answer, Forward | Local | Refuse)
    if isinstance(answer, Forward):
        assert answer.head.endswith(b"\r\n\r\n")
        assert answer.head.count(b"\r\n\r\n") == 1
