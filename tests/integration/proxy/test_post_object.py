"""
Browser forms: signed by boto3, sent as a page would, into a real store.
"""

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from botocore.config import Config

from app.rbac.levels import PRESETS
from app.rbac.principal import Principal, PrincipalKind, Scope
from app.snapshot.wire import DeltaMessage
from proxy.sigv4.v2 import sign_v2
from support.polling import wait_until
from support.s3_proxy import BACKEND, READWRITE, SECRET, RunningProxy, make_credential

OWN = "tenant-one"
OTHER = "tenant-two"
MIB = 1024 * 1024
V4 = Config(signature_version="s3v4", s3={"addressing_style": "path"})
V2 = Config(signature_version="s3", s3={"addressing_style": "path"})


@pytest.fixture(params=[V2, V4], ids=["sigv2", "sigv4"])
def signer(request: pytest.FixtureRequest, new_client: Callable[..., Any]) -> Any:
    return new_client(config=request.param)


def post(form: dict[str, Any], data: bytes, filename: str = "a.txt") -> httpx.Response:
    files = {"file": (filename, data, "text/plain")}
    return httpx.post(form["url"], data=form["fields"], files=files)


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.text.partition("<Code>")[2].partition("</Code>")[0]


def sign(
    *conditions: Any, expires: timedelta = timedelta(hours=1), **fields: str
) -> dict[str, str]:
    """
    Sign a policy by hand, version 2, for what boto3 would not make.
    """
    document = {
        "expiration": (datetime.now(UTC) + expires).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "conditions": [{"bucket": OWN}, *conditions],
    }
    policy = base64.b64encode(json.dumps(document).encode()).decode()
    signed = {"AWSAccessKeyId": "AKTENANT", "policy": policy, "signature": sign_v2(SECRET, policy)}
    return {**fields, **signed}


@pytest.mark.parametrize("size", [0, 5, 3 * MIB])
def test_form_becomes_an_object(signer: Any, direct: Any, key: str, size: int) -> None:
    form = signer.generate_presigned_post(
        OWN,
        key,
        Fields={"Content-Type": "text/x-form", "x-amz-meta-colour": "blue"},
        Conditions=[{"Content-Type": "text/x-form"}, {"x-amz-meta-colour": "blue"}],
    )

    answer = post(form, b"x" * size)

    assert answer.status_code == 204, answer.text
    stored = direct.get_object(Bucket=OWN, Key=key)
    assert stored["Body"].read() == b"x" * size
    assert (stored["ContentType"], stored["Metadata"]) == ("text/x-form", {"colour": "blue"})
    assert answer.headers["etag"] == stored["ETag"]
    assert answer.headers["location"].startswith(form["url"].rstrip("/"))


def test_name_of_the_file_is_put_into_the_key(signer: Any, direct: Any, key: str) -> None:
    form = signer.generate_presigned_post(OWN, key + "/${filename}")

    assert post(form, b"x", "../up/ü.txt").status_code == 204

    assert direct.head_object(Bucket=OWN, Key=f"{key}/ü.txt")["ContentLength"] == 1


def test_success_is_told_as_the_form_wants(proxy: RunningProxy, key: str) -> None:
    url = f"{proxy.endpoint}/{OWN}"
    created = sign({"key": key}, {"success_action_status": "201"})
    created |= {"key": key, "success_action_status": "201"}
    page = "https://page.example/done?a=1"
    sent_on = sign({"key": key}, {"success_action_redirect": page})
    sent_on |= {"key": key, "success_action_redirect": page}

    answer = post({"url": url, "fields": created}, b"x")
    redirect = post({"url": url, "fields": sent_on}, b"x")

    assert answer.status_code == 201
    assert f"<Bucket>{OWN}</Bucket>" in answer.text
    assert "<PostResponse>" in answer.text
    assert redirect.status_code == 303
    assert redirect.headers["location"].startswith(page + f"&bucket={OWN}&key=")


@pytest.mark.parametrize("change", ["policy", "signature", "token"])
def test_form_that_somebody_touched_is_refused(signer: Any, key: str, change: str) -> None:
    form = signer.generate_presigned_post(OWN, key)
    fields = form["fields"]
    if change == "policy":
        document = base64.b64decode(fields["policy"]).replace(key.encode()[:4], b"evil")
        fields["policy"] = base64.b64encode(document).decode()
    elif change == "signature":
        name = "signature" if "signature" in fields else "x-amz-signature"
        fields[name] = fields[name].swapcase()[::-1]
    else:
        fields["x-amz-security-token"] = "stolen"

    status, found = code(post(form, b"x"))

    assert (status, found) in ((403, "SignatureDoesNotMatch"), (403, "InvalidToken"))


def test_expired_form_is_refused(proxy: RunningProxy, key: str) -> None:
    fields = sign({"key": key}, expires=timedelta(seconds=-1)) | {"key": key}

    answer = post({"url": f"{proxy.endpoint}/{OWN}", "fields": fields}, b"x")

    assert code(answer) == (403, "AccessDenied")
    assert "form.policy_expired" in answer.text


@pytest.mark.parametrize(
    ("size", "expected"),
    [(9, (400, "EntityTooSmall")), (21, (400, "EntityTooLarge")), (10, (204, "")), (20, (204, ""))],
)
def test_size_is_what_the_policy_says_before_anything_is_stored(
    signer: Any, direct: Any, key: str, size: int, expected: tuple[int, str]
) -> None:
    form = signer.generate_presigned_post(OWN, key, Conditions=[["content-length-range", 10, 20]])

    assert code(post(form, b"x" * size)) == expected

    listed = direct.list_objects_v2(Bucket=OWN, Prefix=key)
    assert listed["KeyCount"] == (1 if expected[0] == 204 else 0)


def test_field_beside_the_policy_is_refused(signer: Any, key: str) -> None:
    form = signer.generate_presigned_post(OWN, key)
    form["fields"]["x-amz-meta-extra"] = "1"

    answer = post(form, b"x")

    assert code(answer) == (403, "AccessDenied")
    assert "x-amz-meta-extra" in answer.text


def test_form_for_another_bucket_is_refused(signer: Any, proxy: RunningProxy, key: str) -> None:
    foreign = signer.generate_presigned_post(OTHER, key)
    moved = signer.generate_presigned_post(OWN, key)
    moved["url"] = f"{proxy.endpoint}/{OTHER}"

    assert code(post(foreign, b"x")) == (403, "AccessDenied")
    assert code(post(moved, b"x")) == (403, "AccessDenied")


def test_form_of_nobody_is_refused(proxy: RunningProxy, key: str) -> None:
    url = f"{proxy.endpoint}/{OWN}"

    assert code(post({"url": url, "fields": {"key": key}}, b"x")) == (403, "AccessDenied")
    unfinished = httpx.post(
        url, content=b"--x--\r\n", headers={"Content-Type": "multipart/form-data; boundary=x"}
    )
    assert code(unfinished) == (400, "MalformedPOSTRequest")


def test_public_acl_needs_its_own_right(proxy: RunningProxy, key: str) -> None:
    fields = sign({"key": key}, {"acl": "public-read"}) | {"key": key, "acl": "public-read"}

    answer = post({"url": f"{proxy.endpoint}/{OWN}", "fields": fields}, b"x")

    assert code(answer) == (403, "AccessDenied")
    assert "acl.not_private" in answer.text


def test_declared_checksum_is_verified(proxy: RunningProxy, direct: Any, key: str) -> None:
    wrong = base64.b64encode(b"0" * 16).decode()
    fields = sign({"key": key}, {"content-md5": wrong}) | {"key": key, "content-md5": wrong}

    answer = post({"url": f"{proxy.endpoint}/{OWN}", "fields": fields}, b"x")

    assert code(answer) == (400, "BadDigest")
    assert direct.list_objects_v2(Bucket=OWN, Prefix=key)["KeyCount"] == 0


def test_tags_of_a_form_are_the_tags_of_its_object(
    proxy: RunningProxy, direct: Any, key: str
) -> None:
    tags = "<Tagging><TagSet><Tag><Key>a</Key><Value>b c</Value></Tag></TagSet></Tagging>"
    fields = sign({"key": key}, {"tagging": tags}) | {"key": key, "tagging": tags}

    assert post({"url": f"{proxy.endpoint}/{OWN}", "fields": fields}, b"x").status_code == 204

    assert direct.get_object_tagging(Bucket=OWN, Key=key)["TagSet"] == [
        {"Key": "a", "Value": "b c"}
    ]


def test_prefix_and_append_only_hold_for_forms(
    proxy: RunningProxy, new_client: Callable[..., Any], direct: Any, key: str
) -> None:
    access = PRESETS["append-only"]
    scope = Scope(BACKEND, OWN, "mine/", access.levels, access.may_overwrite)
    principal = Principal(PrincipalKind.CREDENTIAL, "AKFORM", user_id="u", scopes=(scope,))
    credential = make_credential("AKFORM", {OWN: READWRITE}, principal=principal)
    proxy.publish(DeltaMessage(2, credentials={"AKFORM": credential}))
    proxy.settle()
    signer = new_client("AKFORM", config=V4)
    mine = f"mine/{key}"

    first = post(signer.generate_presigned_post(OWN, mine), b"first")
    second = post(signer.generate_presigned_post(OWN, mine), b"second")
    beside = post(signer.generate_presigned_post(OWN, "${filename}"), b"x", f"yours{key[7:]}")

    assert [first.status_code, second.status_code, beside.status_code] == [204, 403, 403]
    assert direct.get_object(Bucket=OWN, Key=mine)["Body"].read() == b"first"
    wait_until(lambda: mine in [event.object_key for event in proxy.events])
    event = next(event for event in proxy.events if event.object_key == mine)
    assert (event.action, event.detail["auth_mode"]) == ("s3.proxy.postobject", "post-policy")
    assert event.user_id == "u"
