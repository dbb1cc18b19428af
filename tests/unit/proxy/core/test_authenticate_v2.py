"""
Presigned URLs of signature version 2, through the whole decision.
"""

from urllib.parse import quote, urlsplit

import boto3
import pytest
from botocore.client import Config

from app.snapshot.values import ProxySettings
from proxy.core.decision import Answer, Forward
from proxy.sigv4.v2 import RequestV2, sign_v2, string_to_sign_v2
from support.decisions import ask, credential, refused, snapshot
from support.signing import ACCESS_KEY, NOW, SECRET_KEY, render

pytestmark = pytest.mark.usefixtures("each_core")

HOST = "s3.example.com"


def presign(
    monkeypatch: pytest.MonkeyPatch,
    operation: str = "get_object",
    style: str = "path",
    seconds: int = 3600,
    **parameters: object,
) -> str:
    monkeypatch.setattr("botocore.auth.time.time", lambda: NOW)
    client = boto3.client(
        "s3",
        region_name="us-east-1",
        endpoint_url=f"http://{HOST}",
        aws_access_key_id=ACCESS_KEY,
        aws_secret_access_key=SECRET_KEY,
        config=Config(signature_version="s3", s3={"addressing_style": style}),
    )
    given = {"Bucket": "photos", **parameters}
    return client.generate_presigned_url(operation, Params=given, ExpiresIn=seconds)


def fetch(url: str, method: str = "GET", now: float = NOW, **headers: str) -> Answer:
    parts = urlsplit(url)
    fields = {"host": parts.netloc, **{n.replace("_", "-"): v for n, v in headers.items()}}
    return ask(render(method, f"{parts.path}?{parts.query}", fields), now=now)


def reason(answer: Answer) -> str | None:
    assert not isinstance(answer, Forward)
    return answer.error.reason  # type: ignore[union-attr]


@pytest.mark.parametrize("style", ["path", "virtual"])
def test_urls_of_boto3_are_served(monkeypatch: pytest.MonkeyPatch, style: str) -> None:
    url = presign(monkeypatch, style=style, Key="a b/ü+.txt")

    answer = fetch(url)

    assert isinstance(answer, Forward)
    assert answer.audited.auth_mode == "presigned"
    assert answer.head.startswith(b"GET /photos-real/a%20b/%C3%BC%2B.txt HTTP/1.1\r\n")
    assert ACCESS_KEY.encode() not in answer.head


def test_listing_and_uploading_work(monkeypatch: pytest.MonkeyPatch) -> None:
    listing = presign(monkeypatch, "list_objects", Prefix="a/")
    upload = presign(monkeypatch, "put_object", Key="k", ContentType="text/plain", ACL="private")

    assert isinstance(fetch(listing), Forward)
    put = fetch(upload, "PUT")
    assert isinstance(put, Forward)
    assert b"content-type: text/plain\r\n" in put.head
    assert b"x-amz-acl: private\r\n" in put.head


def test_it_ends_when_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    url = presign(monkeypatch, Key="k")

    assert isinstance(fetch(url, now=NOW + 3600), Forward)
    assert reason(fetch(url, now=NOW + 3601)) == "s3.presign_expired"


def test_nobody_signs_for_more_than_a_week(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(fetch(presign(monkeypatch, Key="k", seconds=604800)), Forward)
    assert reason(fetch(presign(monkeypatch, Key="k", seconds=700000))) == (
        "s3.query_auth_malformed"
    )


def test_it_can_be_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    parts = urlsplit(presign(monkeypatch, Key="k"))
    world = snapshot(settings=ProxySettings(is_sigv2_served=False))

    error = refused(render("GET", f"{parts.path}?{parts.query}", {"host": HOST}), world).error

    assert (error.reason, error.s3.code) == ("s3.sigv2_refused", "InvalidRequest")
    assert "s3_proxy.sigv2" in error.message


def test_what_is_not_under_the_signature_carries_no_weight(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    url = presign(monkeypatch, Key="k")

    assert reason(fetch(url + "&attributes")) == "s3.headers_unsigned"
    assert reason(fetch(url + "&retention")) == "s3.headers_unsigned"
    assert reason(fetch(url + "&tagging")) == "signature.mismatch"
    assert reason(fetch(url + "&versionId=1")) == "signature.mismatch"
    assert reason(fetch(url, "DELETE")) == "signature.mismatch"
    put = presign(monkeypatch, "put_object", Key="k")
    assert reason(fetch(put, "PUT", x_amz_copy_source="photos/a")) == "signature.mismatch"
    assert reason(fetch(put, "PUT", x_amz_meta_a="1\t2")) == "signature.mismatch"
    assert reason(fetch(url + "&response-content-type=a%26versionId=1")) == "signature.mismatch"


def test_a_wrong_or_unknown_key_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    url = presign(monkeypatch, Key="k")

    assert reason(fetch(url.replace(ACCESS_KEY, "AKIAOTHER"))) == "credential.unknown"
    assert reason(fetch(url.replace("Signature=", "Signature=x"))) == "signature.mismatch"
    assert reason(fetch(url.replace("Expires=", "Expires=x"))) == "s3.query_auth_malformed"
    assert reason(fetch(f"http://{HOST}/photos/k?Signature=abc")) == "s3.query_auth_malformed"


def test_a_body_hash_can_be_signed_in(monkeypatch: pytest.MonkeyPatch) -> None:
    def with_hash(value: str) -> str:
        url = presign(monkeypatch, "put_object", Key="k")
        return f"{url}&x-amz-content-sha256={value}"

    assert reason(fetch(with_hash("0" * 64), "PUT")) == "signature.mismatch"
    assert reason(fetch(with_hash("STREAMING-UNSIGNED-PAYLOAD-TRAILER"), "PUT")) == (
        "s3.argument_invalid"
    )


def test_a_body_hash_that_is_signed_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    client_hash = "0" * 64
    url = presign(monkeypatch, "put_object", Key="k")
    signature = urlsplit(url).query.partition("Signature=")[2].partition("&")[0]
    expires = str(int(NOW) + 3600)
    query = {"x-amz-content-sha256": client_hash}
    text = string_to_sign_v2(RequestV2("PUT", "/photos/k", query, {}), expires)
    url = url.replace(signature, quote(sign_v2(SECRET_KEY, text), safe=""))

    answer = fetch(f"{url}&x-amz-content-sha256={client_hash}", "PUT", content_length="5")

    assert isinstance(answer, Forward)
    assert answer.body.rule is not None
    assert answer.body.rule.payload_sha256 == client_hash


def test_expiry_of_the_credential_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    parts = urlsplit(presign(monkeypatch, Key="k"))
    world = snapshot(credential(expires_at=NOW))

    data = render("GET", f"{parts.path}?{parts.query}", {"host": HOST})

    assert refused(data, world).error.reason == "credential.unknown"
