"""
Forms of any kind: they are read, or refused with an error of ours, in whatever pieces they come.
"""

import base64
import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.errors.raised import StowageError
from proxy.core.form import FormReader
from proxy.core.form_upload import FormLeave, authorize_form
from proxy.core.head import parse_head
from proxy.core.request import parse_request
from proxy.core.trail import Trail
from proxy.sigv4.v2 import sign_v2
from support.decisions import PEER, snapshot
from support.signing import ACCESS_KEY, NOW, SECRET_KEY

HEAD = b"POST /photos HTTP/1.1\r\nhost: s3.test\r\ncontent-length: 9\r\n\r\n"
REQUEST = parse_request(parse_head(HEAD, 65536))
WORLD = snapshot()
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
FIELDS = st.dictionaries(
    st.sampled_from(
        [
            *("key", "bucket", "acl", "policy", "signature", "awsaccesskeyid", "content-type"),
            *("x-amz-algorithm", "x-amz-credential", "x-amz-date", "x-amz-signature"),
            *("x-amz-security-token", "x-amz-meta-a", "x-amz-checksum-crc32", "content-md5"),
            *("success_action_redirect", "x-amz-tagging", "x-amz-grant-read", "x-ignore-me"),
        ]
    ),
    TEXT | st.just("AWS4-HMAC-SHA256") | st.just(ACCESS_KEY),
)
PIECES = st.sampled_from(
    [
        *(b"--b", b"\r\n", b"--", b"--b\r\n", b"--b--", b"\r\n--b\r\n", b"\r\n--b--\r\n", b"x"),
        b'Content-Disposition: form-data; name="key"\r\n\r\n',
        b'Content-Disposition: form-data; name="file"; filename="f"\r\n\r\n',
    ]
)
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT | st.sampled_from(["eq", "$key", "$bucket"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=12,
)


def read(pieces: list[bytes]) -> tuple[str, bytes, dict[str, str]]:
    reader = FormReader("multipart/form-data; boundary=b")
    found = b""
    try:
        for piece in pieces:
            found += reader.feed(piece)
        reader.finish()
    except StowageError as error:
        return str(error.reason), b"", {}
    return "", found, reader.fields


@given(st.lists(PIECES | st.binary(max_size=20), max_size=20), st.integers(1, 5))
def test_pieces_of_a_body_do_not_change_what_it_says(pieces: list[bytes], size: int) -> None:
    data = b"".join(pieces)

    whole = read([data])

    assert whole[0] in {"", "form.malformed"}
    assert read([data[at : at + size] for at in range(0, len(data), size)]) == whole


def decide(form: dict[str, str]) -> FormLeave | None:
    facts: dict[str, Any] = {"now": NOW, "peer": PEER, "trail": Trail(), "tagging": ""}
    try:
        return authorize_form(REQUEST, form, "f", snapshot=WORLD, **facts)
    except StowageError:
        return None


@given(FIELDS)
def test_fields_that_nobody_signed_are_refused(form: dict[str, str]) -> None:
    assert decide(form) is None


@given(FIELDS, JSON, JSON)
def test_policy_of_any_kind_is_read_or_refused(
    form: dict[str, str], expiration: Any, conditions: Any
) -> None:
    document = {"expiration": expiration, "conditions": conditions}
    policy = base64.b64encode(json.dumps(document).encode()).decode()
    signed = {
        "awsaccesskeyid": ACCESS_KEY,
        "policy": policy,
        "signature": sign_v2(SECRET_KEY, policy),
    }
    for name in ("x-amz-algorithm", "x-amz-signature"):
        form.pop(name, None)

    # The one thing that must not happen is an exception of another kind.
    found = decide(form | signed)

    assert found is None or found.backend.id == "east"
