"""
What strangers may ask of a bucket that is open to them.
"""

import pytest

from app.snapshot.values import AnonymousBinding, ProxySettings, Snapshot
from proxy.core.decision import Forward, Local
from support.decisions import PHOTOS, ask, forwarded, reason, refused, snapshot
from support.signing import render


def world(*, may_list: bool = True, prefix: str = "", enabled: bool = True) -> Snapshot:
    binding = AnonymousBinding("open", PHOTOS, may_list=may_list, prefix=prefix)
    return snapshot(
        settings=ProxySettings(is_anonymous_enabled=enabled), anonymous={"open": binding}
    )


def head(method: str, target: str, **headers: str) -> bytes:
    return render(
        method, target, {"host": "h", **{n.replace("_", "-"): v for n, v in headers.items()}}
    )


@pytest.mark.parametrize(
    ("method", "target", "operation"),
    [
        ("GET", "/open/key", "GetObject"),
        ("HEAD", "/open/key", "HeadObject"),
        ("GET", "/open/key?partNumber=1&x-id=GetObject", "GetObject"),
        ("HEAD", "/open", "HeadBucket"),
        ("GET", "/open?prefix=a&delimiter=%2F&max-keys=5&marker=b", "ListObjects"),
        ("GET", "/open?list-type=2&continuation-token=t&start-after=a", "ListObjectsV2"),
    ],
)
def test_an_open_bucket_is_read(method: str, target: str, operation: str) -> None:
    answer = forwarded(head(method, target, x_amz_checksum_mode="ENABLED"), world())

    assert (answer.audited.operation, answer.audited.auth_mode) == (operation, "anonymous")
    assert answer.audited.bucket == "photos-real"
    assert answer.credential is None
    assert answer.principal.id == "anonymous"


@pytest.mark.parametrize(
    ("method", "target"),
    [
        ("PUT", "/open/key"),
        ("DELETE", "/open/key"),
        ("GET", "/open?versions"),
        ("GET", "/open?uploads"),
        ("GET", "/open?location"),
        ("GET", "/open?acl"),
        ("GET", "/open?policyStatus"),
        ("GET", "/open/key?acl"),
        ("GET", "/open/key?attributes"),
        ("GET", "/open/key?versionId=1"),
        ("GET", "/open/key?tagging"),
        ("GET", "/open/key?content-type=text%2Fhtml"),
        ("GET", "/open/key?x-tracking=1"),
        ("POST", "/open?delete"),
        ("PUT", "/open"),
        ("DELETE", "/open"),
    ],
)
def test_nothing_else_is_open(method: str, target: str) -> None:
    error = refused(head(method, target), world()).error

    assert (error.reason, error.s3.status) == ("grant.missing", 403)


def test_fields_with_powers_are_not_open() -> None:
    data = head("GET", "/open/key", x_amz_expected_bucket_owner="1")

    assert reason(data, world()) == "grant.missing"


def test_response_headers_are_not_overridden_by_strangers() -> None:
    error = refused(head("GET", "/open/key?response-content-type=text%2Fhtml"), world()).error

    assert (error.reason, error.s3.code) == ("s3.anonymous_override", "InvalidRequest")


def test_other_buckets_and_the_service_are_closed() -> None:
    for target in ("/photos/key", "/closed/key", "/"):
        assert reason(head("GET", target), world()) == "s3.unsigned"


def test_the_switch_closes_everything() -> None:
    assert reason(head("GET", "/open/key"), world(enabled=False)) == "s3.unsigned"


def test_listing_can_be_closed() -> None:
    closed = world(may_list=False)

    assert reason(head("GET", "/open"), closed) == "grant.missing"
    assert isinstance(ask(head("GET", "/open/key"), closed), Forward)
    assert isinstance(ask(head("HEAD", "/open"), closed), Forward)


def test_a_prefix_bounds_what_is_open() -> None:
    bounded = world(prefix="pub/")

    assert isinstance(ask(head("GET", "/open/pub/a"), bounded), Forward)
    assert reason(head("GET", "/open/private"), bounded) == "grant.missing"
    answer = ask(head("GET", "/open"), bounded)
    assert isinstance(answer, Local)
    assert answer.visible_prefixes == ("pub/",)


@pytest.mark.parametrize(
    "extra",
    [
        "AWSAccessKeyId=a&Signature=b&Expires=1",
        "X-Amz-Signature=",
        "x-amz-signature=1",
        "X-Amz-Credential=a",
        "Signature=a",
    ],
)
def test_anything_like_credentials_is_no_stranger(extra: str) -> None:
    answer = refused(head("GET", f"/open/key?{extra}"), world())

    assert answer.audited.auth_mode == "presigned"
    assert answer.error.s3.status in {400, 403}
    assert answer.error.reason != "s3.unsigned"
