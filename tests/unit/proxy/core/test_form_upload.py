import base64
import json
from dataclasses import replace
from typing import Any

import pytest

from app.errors.raised import StowageError
from app.snapshot.values import ProxySettings, Snapshot
from proxy.core.form_upload import FormLeave, authorize_form, verify_form_request
from proxy.core.head import parse_head
from proxy.core.request import S3Request, parse_request
from proxy.core.trail import Trail
from proxy.sigv4.signature import find_key
from proxy.sigv4.v2 import sign_v2
from support.decisions import EAST, PEER, credential, snapshot
from support.signing import ACCESS_KEY, NOW, SECRET_KEY

KEY = "a/${filename}"
EXACT = [{"bucket": "photos"}, ["starts-with", "$key", "a/"]]
LATE = "2099-01-01T00:00:00Z"


def posted(target: str = "/photos", *lines: str) -> S3Request:
    head = [f"POST {target} HTTP/1.1", "host: s3.test", "content-length: 9", *lines, "", ""]
    return parse_request(parse_head("\r\n".join(head).encode(), 65536))


def encode(conditions: list[Any], expiration: str = LATE) -> str:
    document = {"expiration": expiration, "conditions": conditions}
    return base64.b64encode(json.dumps(document).encode()).decode()


def v2(policy: str, **fields: str) -> dict[str, str]:
    signature = sign_v2(SECRET_KEY, policy)
    signed = {"awsaccesskeyid": ACCESS_KEY, "policy": policy, "signature": signature}
    return {"key": KEY, **signed, **fields}


def v4(policy: str, **fields: str) -> dict[str, str]:
    scope = "20260101/anywhere/s3/aws4_request"
    signed = {
        "policy": policy,
        "x-amz-algorithm": "AWS4-HMAC-SHA256",
        "x-amz-credential": f"{ACCESS_KEY}/{scope}",
        "x-amz-date": "20260101T000000Z",
        "x-amz-signature": find_key(SECRET_KEY, scope).sign(policy),
    }
    return {"key": KEY, **signed, **fields}


def leave(form: dict[str, str], world: Snapshot | None = None, **changes: Any) -> FormLeave:
    given: dict[str, Any] = {"tagging": "", "now": NOW, "peer": PEER, "trail": Trail(), **changes}
    world = world or snapshot()
    return authorize_form(posted(), form, "ü.txt", snapshot=world, **given)


def reason(form: dict[str, str], world: Snapshot | None = None) -> str | None:
    with pytest.raises(StowageError) as caught:
        leave(form, world)
    return caught.value.reason


@pytest.mark.parametrize("sign", [v2, v4])
def test_signed_form_is_a_put(sign: Any) -> None:
    found = leave(sign(encode([*EXACT, ["content-length-range", 1, 9]])))

    assert (found.outgoing.method, found.outgoing.bucket) == ("PUT", "photos-real")
    assert found.outgoing.key == found.key == found.fields["key"] == "a/ü.txt"
    assert (found.min_bytes, found.max_bytes) == (1, 9)
    assert (found.audited.operation, found.audited.auth_mode) == ("PostObject", "post-policy")
    assert (found.audited.user_id, found.audited.key) == ("user-1", "a/ü.txt")


def test_fields_become_headers() -> None:
    allowed = [{"acl": "private"}, {"x-amz-meta-a": "ü"}, {"x-amz-checksum-crc32": "AAAAAA=="}]
    form = v2(
        encode([*EXACT, *allowed, {"submit": "go"}]),
        **{"acl": "private", "x-amz-meta-a": "ü", "x-amz-checksum-crc32": "AAAAAA=="},
        submit="go",
    )

    found = leave(form, tagging="a=b")

    assert dict(found.outgoing.fields) == {
        "x-amz-acl": "private",
        "x-amz-meta-a": "Ã¼",
        "x-amz-checksum-crc32": "AAAAAA==",
        "x-amz-tagging": "a=b",
    }
    assert found.checksums == (("crc32", b"\0\0\0\0"),)


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ({"key": "a/b"}, "s3.unsigned"),
        ({"key": "a/b", "awsaccesskeyid": ACCESS_KEY}, "form.malformed"),
        (v2(encode(EXACT)) | {"signature": "AAAA"}, "signature.mismatch"),
        (v4(encode(EXACT)) | {"x-amz-signature": "0" * 64}, "signature.mismatch"),
        (v2(encode(EXACT)) | {"awsaccesskeyid": "NOBODY"}, "credential.unknown"),
        (v2(encode(EXACT)) | {"policy": "ü"}, "form.malformed"),
        (v4(encode(EXACT)) | {"x-amz-algorithm": "AWS4-ECDSA-P256-SHA256"}, "form.malformed"),
        (v4(encode(EXACT)) | {"x-amz-credential": "a/b"}, "form.malformed"),
        (v4(encode(EXACT)) | {"x-amz-date": "20260102T000000Z"}, "form.malformed"),
        ({"key": "a", "x-amz-signature": "0"}, "form.malformed"),
        (v2("bm8="), "form.malformed"),
        (v2(encode(EXACT, "2001-01-01T00:00:00Z")), "form.policy_expired"),
        (v2(encode(EXACT), bucket="logs"), "form.policy_violated"),
        (v2(encode([])), "form.policy_violated"),
        (v2(encode(EXACT), key="b/c"), "form.policy_violated"),
        (v2(encode([{"bucket": "photos"}, {"key": ""}]), key=""), "s3.argument_invalid"),
        (v2(encode(EXACT), key="a/../b"), "s3.uri_invalid"),
        (v2(encode([*EXACT, {"x-amz-new": "1"}]), **{"x-amz-new": "1"}), "s3.header_unsupported"),
        (v2(encode([*EXACT, {"expires": "a\r\nb"}]), expires="a\r\nb"), "form.malformed"),
        (v2(encode([*EXACT, {"content-md5": "x"}]), **{"content-md5": "x"}), "s3.digest_invalid"),
    ],
    ids=range(20),
)  # fmt: skip
def test_form_that_proves_too_little_is_refused(form: dict[str, str], expected: str) -> None:
    assert reason(form) == expected


def test_version_2_may_be_switched_off() -> None:
    world = snapshot(settings=ProxySettings(is_sigv2_served=False))

    assert reason(v2(encode(EXACT)), world) == "s3.sigv2_refused"
    assert leave(v4(encode(EXACT)), world).key == "a/ü.txt"


def test_a_form_for_another_region_is_refused_where_that_matters() -> None:
    world = snapshot(settings=ProxySettings(is_region_strict=True))
    trail = Trail()

    with pytest.raises(StowageError) as caught:
        leave(v4(encode(EXACT)), world, trail=trail)

    assert caught.value.s3.code == "AuthorizationHeaderMalformed"
    assert trail.extra == {"Region": EAST.region}
    assert leave(v2(encode(EXACT)), world).key


def test_temporary_credential_needs_its_token() -> None:
    world = snapshot(credential(session_token="token"))

    assert reason(v2(encode(EXACT)), world) == "s3.token_invalid"
    assert leave(v2(encode(EXACT), **{"x-amz-security-token": "token"}), world).key


def test_key_is_judged_after_the_name_of_the_file_is_in_it() -> None:
    world = snapshot(credential("readwrite", ("east", "photos-real", "a/other")))

    assert reason(v2(encode(EXACT)), world) == "grant.missing"


@pytest.mark.parametrize("is_conditional", [True, False])
def test_append_only_form_replaces_nothing(is_conditional: bool) -> None:  # noqa: FBT001  a table
    route = EAST if is_conditional else replace(EAST, capabilities=frozenset())
    world = snapshot(credential("append-only"), backends={"east": route})

    found = leave(v2(encode(EXACT)), world)

    assert (("if-none-match", "*") in found.outgoing.fields) is is_conditional
    assert found.must_not_exist is not is_conditional


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (posted("/photos", "authorization: AWS4-HMAC-SHA256 x"), "s3.auth_twice"),
        (posted("/photos?X-Amz-Signature=1"), "s3.auth_twice"),
        (posted("/photos", "x-amz-acl: public-read"), "s3.header_unsupported"),
        (posted("/photos?versionId=1"), "s3.parameter_unsupported"),
    ],
)
def test_head_of_a_form_says_nothing_that_would_go_unheard(
    request_: S3Request, expected: str
) -> None:
    with pytest.raises(StowageError) as caught:
        verify_form_request(request_)

    assert caught.value.reason == expected
