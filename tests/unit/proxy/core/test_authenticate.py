"""
Who asks: signatures in the header, and everything that is wrong with them.
"""

from dataclasses import replace

import pytest

from app.snapshot.values import ProxySettings
from proxy.core.decision import Forward
from support.decisions import ask, credential, forwarded, reason, refused, snapshot
from support.signing import ACCESS_KEY, EMPTY, NOW, Client, render, timestamp

pytestmark = pytest.mark.usefixtures("each_core")

CLIENT = Client()
GET = CLIENT.head("GET", "/photos/key")


def replaced(old: str, new: str, data: bytes = GET) -> bytes:
    assert old.encode() in data
    return data.replace(old.encode(), new.encode())


# ---- what verifies ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "target",
    [
        "/photos/plain",
        "/photos/with%20space",
        "/photos/a%2Bb%3D%26%2Cc",
        "/photos/%F0%9F%98%80/%E6%BC%A2",
        "/photos//double//",
        "/photos/key?versionId=a%2Fb",
        "/photos?list-type=2&prefix=a%20b%2F&delimiter=%2F&encoding-type=url",
        "/photos?prefix&delimiter=",
        "/photos?prefix=%3B%21%27%28%29%2A~",
    ],
)
def test_keys_and_queries_of_all_kinds_verify(target: str) -> None:
    assert isinstance(ask(CLIENT.head("GET", target)), Forward)


@pytest.mark.parametrize(
    "path", ["/photos/a=b!c'(d)*e", "/photos/a+b&c", "/photos/a%2fb", "/photos/%c3%bc"]
)
def test_the_wire_form_of_a_path_verifies_too(path: str) -> None:
    assert isinstance(ask(CLIENT.head("GET", path, path=path)), Forward)
    assert isinstance(ask(CLIENT.head("GET", path)), Forward)


def test_a_raw_semicolon_and_plus_in_a_query_verify() -> None:
    assert isinstance(ask(CLIENT.head("GET", "/photos?prefix=a;b&delimiter=x+y")), Forward)


def test_the_date_header_serves_where_there_is_no_x_amz_date() -> None:
    signed = {
        "date": "Tue, 14 Nov 2023 22:13:20 GMT",
        "host": CLIENT.host,
        "x-amz-content-sha256": EMPTY,
    }
    signature = CLIENT.sign("GET", "/photos/key", signed, EMPTY)
    authorization = (
        f"AWS4-HMAC-SHA256 Credential={ACCESS_KEY}/{CLIENT.scope},"
        f"SignedHeaders={';'.join(signed)},Signature={signature}"
    )

    assert isinstance(
        ask(render("GET", "/photos/key", {**signed, "authorization": authorization})), Forward
    )


def test_any_region_is_accepted() -> None:
    assert isinstance(ask(Client(region="auto").head("GET", "/photos/key")), Forward)


# ---- what does not ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/photos/key", "/photos/kez"),
        ("GET", "HEAD"),
        ("host: s3.example.com", "host: s4.example.com"),
        (EMPTY, "0" * 64),
        (
            "Signature=",
            "Signature=0000000000000000000000000000000000000000000000000000000000000000 ",
        ),
    ],
)
def test_a_request_that_was_changed_does_not_verify(old: str, new: str) -> None:
    data = replaced(old, new)
    if "Signature" in old:
        data = data[: data.index(b"0 ") + 1] + b"\r\n\r\n"

    assert reason(data) == "signature.mismatch"


@pytest.mark.parametrize("target", ["/photos/key", "/photos/a(b)"])
def test_a_signed_header_that_is_missing_does_not_verify(target: str) -> None:
    data = CLIENT.head("GET", target, {"range": "bytes=0-1"})

    assert reason(replaced("range: bytes=0-1\r\n", "", data)) == "signature.mismatch"


@pytest.mark.parametrize("target", ["/photos/key", "/photos/a(b)"])
def test_another_secret_does_not_verify(target: str) -> None:
    error = refused(Client(secret_key="other").head("GET", target)).error

    assert (error.s3.code, error.s3.status) == ("SignatureDoesNotMatch", 403)


def test_an_unknown_key_is_told_as_such() -> None:
    answer = refused(Client(access_key="AKIAUNKNOWN").head("GET", "/photos/key"))

    assert (answer.error.s3.code, answer.error.s3.status) == ("InvalidAccessKeyId", 403)
    assert answer.audited.access_key == "AKIAUNKNOWN"
    assert answer.audited.user_id == ""
    assert answer.audited.operation == "GetObject"


@pytest.mark.parametrize("name", ["x-amz-acl", "x-amz-meta-a", "x-amz-copy-source"])
def test_an_amz_field_that_is_not_signed_is_refused(name: str) -> None:
    client = Client(unsigned={name: "photos/other"})

    error = refused(client.head("PUT", "/photos/key")).error

    assert (error.reason, error.s3.code) == ("s3.headers_unsigned", "AccessDenied")
    assert error.params == {"headers": name}


def test_the_host_must_be_signed() -> None:
    error = refused(replaced("SignedHeaders=host;", "SignedHeaders=")).error

    assert error.params == {"headers": "host"}


@pytest.mark.parametrize("seconds", [-901, 901])
def test_a_clock_that_is_off_is_told_by_how_much(seconds: int) -> None:
    answer = refused(GET, now=NOW + seconds)

    assert answer.error.s3.code == "RequestTimeTooSkewed"
    assert answer.extra["MaxAllowedSkewMilliseconds"] == "900000"
    assert answer.extra["RequestTime"] == timestamp(NOW)
    assert answer.extra["ServerTime"].endswith("Z")


@pytest.mark.parametrize("seconds", [-900, 900])
def test_a_quarter_of_an_hour_is_tolerated(seconds: int) -> None:
    assert isinstance(ask(GET, now=NOW + seconds), Forward)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("x-amz-date: 2", "x-amz-date: yesterday 2", "s3.date_missing"),
        (f"x-amz-date: {timestamp(NOW)}\r\n", "", "s3.date_missing"),
        ("AWS4-HMAC-SHA256 ", "AWS4-HMAC-SHA1 ", "s3.authorization_malformed"),
        ("Credential=AKIA", "Credential=/AKIA", "s3.authorization_malformed"),
        ("/s3/aws4_request", "/iam/aws4_request", "s3.authorization_malformed"),
        ("/20231114/", "/20231113/", "s3.authorization_malformed"),
        ("AWS4-HMAC-SHA256 ", "AWS4-ECDSA-P256-SHA256 ", "signature.sigv4a"),
        ("AWS4-HMAC-SHA256 ", "AWS ", "s3.sigv2_refused"),
        (f"x-amz-content-sha256: {EMPTY}\r\n", "", "s3.content_hash_missing"),
        (EMPTY, EMPTY.upper(), "s3.argument_invalid"),
        (EMPTY, "UNSIGNED", "s3.argument_invalid"),
        (EMPTY, "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD", "signature.sigv4a"),
    ],
)
def test_a_malformed_proof_is_told_from_a_wrong_one(old: str, new: str, expected: str) -> None:
    assert reason(replaced(old, new)) == expected


def test_nobody_proves_themselves_twice() -> None:
    target = CLIENT.presigned_target("GET", "/photos/key")

    error = refused(CLIENT.head("GET", target)).error

    assert (error.reason, error.s3.code) == ("s3.auth_twice", "InvalidArgument")


@pytest.mark.parametrize("extra", ["AWSAccessKeyId=a", "Signature=a", "x-amz-signature=a"])
def test_a_query_credential_beside_the_header_counts_as_twice(extra: str) -> None:
    assert reason(CLIENT.head("GET", f"/photos?prefix&{extra}")) in {
        "s3.auth_twice",
        "s3.header_unsupported",
    }


# ---- the credential --------------------------------------------------------------------------


def test_an_expired_credential_looks_like_an_unknown_one() -> None:
    world = snapshot(credential(expires_at=NOW))

    assert reason(GET, world) == "credential.unknown"
    assert isinstance(ask(GET, snapshot(credential(expires_at=NOW + 1))), Forward)


def test_a_credential_before_its_time_is_refused() -> None:
    world = snapshot(credential(not_before=NOW + 1))

    assert refused(GET, world).error.s3.code == "AccessDenied"
    assert isinstance(ask(GET, snapshot(credential(not_before=NOW))), Forward)


def test_a_session_token_belongs_to_its_key() -> None:
    world = snapshot(credential(session_token="t\N{LATIN SMALL LETTER O WITH DIAERESIS}ken"))
    right = "töken".encode().decode("latin-1")

    assert isinstance(
        ask(CLIENT.head("GET", "/photos/key", {"x-amz-security-token": right}), world), Forward
    )
    for data, found in (
        (CLIENT.head("GET", "/photos/key", {"x-amz-security-token": "other"}), world),
        (GET, world),
        (CLIENT.head("GET", "/photos/key", {"x-amz-security-token": right}), snapshot()),
    ):
        assert refused(data, found).error.s3.code == "InvalidToken"


def test_an_expired_session_is_told_as_such() -> None:
    world = snapshot(credential(session_token="t", expires_at=NOW))
    data = CLIENT.head("GET", "/photos/key", {"x-amz-security-token": "t"})

    error = refused(data, world).error

    assert (error.s3.code, error.s3.status) == ("ExpiredToken", 400)


def test_a_wrong_signature_never_tells_that_a_session_expired() -> None:
    world = snapshot(credential(session_token="t", expires_at=NOW))
    data = Client(secret_key="guess").head("GET", "/photos/key", {"x-amz-security-token": "t"})

    assert reason(data, world) == "signature.mismatch"


# ---- presigned -------------------------------------------------------------------------------


def test_a_presigned_url_is_served_for_as_long_as_it_says() -> None:
    week = 604800
    data = CLIENT.presigned("GET", "/photos/key?versionId=1", expires=week)

    answer = ask(data, now=NOW + week)

    assert isinstance(answer, Forward)
    assert answer.audited.auth_mode == "presigned"
    assert b"X-Amz" not in answer.head
    assert b"versionId=1 HTTP/1.1" in answer.head
    late = refused(data, now=NOW + week + 1)
    assert (late.error.reason, late.error.s3.code) == ("s3.presign_expired", "AccessDenied")
    assert set(late.extra) == {"Expires", "ServerTime"}
    assert reason(data, now=NOW - 901) == "s3.presign_early"
    assert isinstance(ask(data, now=NOW - 900), Forward)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("/key?", "/kez?", "signature.mismatch"),
        ("Expires=3600", "Expires=3601", "signature.mismatch"),
        ("Expires=3600", "Expires=604801", "s3.query_auth_malformed"),
        ("X-Amz-Expires=3600&", "", "s3.query_auth_malformed"),
        ("Algorithm=AWS4-HMAC", "Algorithm=AWS4-ECDSA-P256", "signature.sigv4a"),
        ("Algorithm=AWS4", "Algorithm=AWS5", "s3.query_auth_malformed"),
        ("X-Amz-Date=2", "X-Amz-Date=3", "s3.query_auth_malformed"),
        ("X-Amz-Date=20231114T22", "X-Amz-Date=20231114T32", "s3.query_auth_malformed"),
        ("SignedHeaders=host", "SignedHeaders=range", "s3.headers_unsigned"),
        ("&X-Amz-Signature=", "&x-amz-signature=", "s3.header_unsupported"),
    ],
)
def test_a_presigned_url_that_was_changed_is_refused(old: str, new: str, expected: str) -> None:
    data = replaced(old, new, CLIENT.presigned("GET", "/photos/key"))

    answer = refused(data)

    assert answer.error.reason == expected
    assert answer.audited.auth_mode == "presigned"


def test_powers_cannot_be_added_to_a_presigned_url() -> None:
    for name in ("x-amz-copy-source", "x-amz-acl", "x-amz-tagging"):
        client = Client(unsigned={name: "photos/other"})
        assert reason(client.presigned("PUT", "/photos/key")) == "s3.headers_unsigned"
        target = CLIENT.presigned_target("PUT", "/photos/key") + f"&{name}=photos%2Fother"
        assert reason(render("PUT", target, {"host": CLIENT.host})) == "signature.mismatch"


def test_fields_in_the_presigned_query_count_like_header_fields() -> None:
    data = CLIENT.presigned("PUT", "/photos/key?x-amz-acl=public-read&x-amz-meta-a=1")

    assert reason(data, snapshot(credential("readwrite"))) == "acl.not_private"
    answer = forwarded(data)
    assert b"x-amz-acl: public-read\r\n" in answer.head
    assert b"PUT /photos-real/key HTTP/1.1" in answer.head


def test_the_body_hash_of_a_presigned_url_counts() -> None:
    declared = "1" * 64
    target = f"/photos/key?X-Amz-Content-Sha256={declared}"
    data = CLIENT.presigned("PUT", target, payload=declared)
    data = replaced("content-length: 0", "content-length: 5", data)

    answer = forwarded(data)

    assert answer.body.rule is not None
    assert answer.body.rule.payload_sha256 == declared


def test_a_session_token_in_the_query_counts() -> None:
    world = snapshot(credential(session_token="token"))
    data = CLIENT.presigned("GET", "/photos/key?X-Amz-Security-Token=token")

    assert b"token" not in forwarded(data, world).head
    assert refused(data).error.s3.code == "InvalidToken"


def test_a_presigned_url_dies_with_its_credential() -> None:
    data = CLIENT.presigned("GET", "/photos/key")

    assert reason(data, replace(snapshot(), credentials={})) == "credential.unknown"


# ---- strangers -------------------------------------------------------------------------------


@pytest.mark.parametrize("target", ["/", "/photos", "/photos/key", "/open/key"])
def test_who_proves_nothing_is_refused(target: str) -> None:
    answer = refused(render("GET", target, {"host": "h"}))

    assert (answer.error.reason, answer.error.s3.code) == ("s3.unsigned", "AccessDenied")
    assert answer.audited.auth_mode == "anonymous"


def test_settings_do_not_let_a_spoilt_header_through_as_a_stranger() -> None:
    world = snapshot(settings=ProxySettings(is_anonymous_enabled=True))

    assert reason(render("GET", "/photos/key", {"host": "h", "authorization": "x"}), world) == (
        "s3.authorization_malformed"
    )
