import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from app.rbac.levels import PRESETS
from app.rbac.principal import Principal, PrincipalKind, Scope
from app.snapshot.values import BucketTarget, CorsRule
from app.snapshot.wire import DeltaMessage
from support.polling import wait_until
from support.s3_proxy import BACKEND, READWRITE, SECRET, RunningProxy, make_credential

OWN = "tenant-one"
OTHER = "tenant-two"
PAGE = "https://page.example"


def refusal(call: Callable[..., Any], **arguments: Any) -> tuple[int, str]:
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    response = caught.value.response
    return response["ResponseMetadata"]["HTTPStatusCode"], response["Error"]["Code"]


def add(proxy: RunningProxy, new_client: Any, credential: Any) -> Any:
    """
    Publish a credential and return its client once every worker knows it.
    """
    proxy.publish(DeltaMessage(2, credentials={credential.access_key: credential}))
    proxy.settle()
    return new_client(credential.access_key)


def test_buckets_are_those_of_the_credential(client: Any) -> None:
    listed = client.list_buckets()

    assert [bucket["Name"] for bucket in listed["Buckets"]] == [OWN]
    assert listed["Owner"]["ID"] == "user-of-AKTENANT"


def test_wildcard_credential_sees_what_the_backend_has(new_client: Any) -> None:
    listed = new_client("AKADMIN").list_buckets()

    names = [bucket["Name"] for bucket in listed["Buckets"]]
    assert {OWN, OTHER} <= set(names)
    assert names == sorted(names)


def test_bucket_list_is_cut_into_pages(proxy: RunningProxy, new_client: Any) -> None:
    names = [f"bucket-{letter}" for letter in "edcba"] + ["another"]
    client = add(proxy, new_client, make_credential("AKPAGES", dict.fromkeys(names, READWRITE)))

    pages = [
        [bucket["Name"] for bucket in page["Buckets"]]
        for page in client.get_paginator("list_buckets").paginate(
            Prefix="bucket-", PaginationConfig={"PageSize": 2}
        )
    ]

    assert pages == [["bucket-a", "bucket-b"], ["bucket-c", "bucket-d"], ["bucket-e"]]
    assert refusal(client.list_buckets, MaxBuckets=10001) == (400, "InvalidArgument")
    assert refusal(client.list_buckets, ContinuationToken="*") == (400, "InvalidArgument")


def test_own_bucket_is_there_already(client: Any) -> None:
    assert refusal(client.create_bucket, Bucket=OWN) == (409, "BucketAlreadyOwnedByYou")
    assert refusal(client.create_bucket, Bucket=OTHER) == (403, "AccessDenied")


def test_many_keys_are_deleted_at_once(client: Any, direct: Any, key: str) -> None:
    keys = [f"{key}/{number}&<ü>" for number in range(20)]
    for name in keys:
        direct.put_object(Bucket=OWN, Key=name, Body=b"x")
    wanted = {"Objects": [{"Key": name} for name in keys]}

    result = client.delete_objects(Bucket=OWN, Delete=wanted)

    assert sorted(entry["Key"] for entry in result["Deleted"]) == sorted(keys)
    assert "Contents" not in direct.list_objects_v2(Bucket=OWN, Prefix=key)


def test_each_key_of_a_delete_is_judged_by_itself(
    proxy: RunningProxy, new_client: Any, direct: Any, key: str
) -> None:
    mine, foreign = f"mine/{key}", f"foreign/{key}"
    for name in (mine, foreign):
        direct.put_object(Bucket=OWN, Key=name, Body=b"x")
    scope = Scope(BACKEND, OWN, "mine/", PRESETS["readwrite"].levels)
    principal = Principal(PrincipalKind.CREDENTIAL, "AKPREFIX", user_id="u", scopes=(scope,))
    credential = make_credential("AKPREFIX", {OWN: READWRITE}, principal=principal)
    client = add(proxy, new_client, credential)
    wanted = {
        "Objects": [
            {"Key": mine},
            {"Key": foreign},
            {"Key": f"mine/../foreign/{key}"},
            {"Key": mine, "VersionId": "null"},
        ]
    }

    result = client.delete_objects(Bucket=OWN, Delete=wanted)

    assert [entry["Key"] for entry in result["Deleted"]] == [mine]
    assert [(entry["Key"], entry["Code"]) for entry in result["Errors"]] == [
        (foreign, "AccessDenied"),
        (f"mine/../foreign/{key}", "InvalidURI"),
        (mine, "AccessDenied"),
    ]
    assert direct.head_object(Bucket=OWN, Key=foreign)["ContentLength"] == 1
    wait_until(lambda: mine in str([event.detail for event in proxy.events]))
    event = next(event for event in proxy.events if mine in str(event.detail))
    assert (event.detail["requested"], event.detail["refused"]) == (4, 3)


def test_versions_of_a_delete_need_a_right_of_their_own_whatever_the_order(
    client: Any, direct: Any, key: str
) -> None:
    first, second = f"{key}/1", f"{key}/2"
    for name in (first, second):
        direct.put_object(Bucket=OWN, Key=name, Body=b"x")
    versions = [{"Key": first, "VersionId": "null"}, {"Key": second, "VersionId": "null"}]
    wanted = {"Objects": [versions[0], {"Key": first}, versions[1], {"Key": second}]}

    result = client.delete_objects(Bucket=OWN, Delete=wanted)

    assert [(entry["Key"], entry.get("VersionId")) for entry in result["Errors"]] == [
        (first, "null"),
        (second, "null"),
    ]
    assert sorted(entry["Key"] for entry in result["Deleted"]) == [first, second]


def test_broken_delete_document_is_malformed(client: Any) -> None:
    too_many = {"Objects": [{"Key": "a"}] * 1001}

    assert refusal(client.delete_objects, Bucket=OWN, Delete=too_many) == (400, "MalformedXML")


def fetch(url: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
    request = urllib.request.Request(url, method=method, headers=headers)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, dict(answer.headers.items()), answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, dict(error.headers.items()), error.read()


def test_probes_need_no_signature(proxy: RunningProxy) -> None:
    for path in ("healthz", "readyz"):
        status, _, _ = fetch(f"{proxy.endpoint}/_stowage/{path}")
        assert status == 200
    assert fetch(f"{proxy.endpoint}/_stowage/other")[0] in (400, 403)


def test_browser_page_may_do_what_a_cors_rule_says(
    proxy: RunningProxy, client: Any, key: str
) -> None:
    rule = CorsRule((PAGE,), ("GET", "PUT"), expose_headers=("ETag",))
    proxy.publish(DeltaMessage(3, cors={BucketTarget(BACKEND, OWN): (rule,)}))
    url = f"{proxy.endpoint}/{OWN}/page.txt"
    asked = {"Origin": PAGE, "Access-Control-Request-Method": "PUT"}
    try:
        for _ in range(4):
            wait_until(lambda: fetch(url, "OPTIONS", **asked)[0] == 204)
        asked["Access-Control-Request-Headers"] = "content-type, x-amz-meta-a"

        status, headers, _ = fetch(url, "OPTIONS", **asked)

        assert status == 204
        folded = {name.lower(): value for name, value in headers.items()}
        assert folded["access-control-allow-origin"] == PAGE
        assert folded["access-control-allow-headers"] == "content-type, x-amz-meta-a"
        status, _, body = fetch(
            url, "OPTIONS", Origin=PAGE, **{"Access-Control-Request-Method": "DELETE"}
        )
        assert status == 403
        assert b"<Code>AccessForbidden</Code>" in body
        client.put_object(Bucket=OWN, Key=key, Body=b"x")
        signed = client.generate_presigned_url("get_object", {"Bucket": OWN, "Key": key})
        _, headers, _ = fetch(signed, Origin=PAGE)
        assert headers["access-control-allow-origin"] == PAGE
        status, headers, _ = fetch(url, Origin=PAGE)
        assert status == 403
        assert headers["access-control-allow-origin"] == PAGE
    finally:
        proxy.publish(DeltaMessage(4, removed_cors=(BucketTarget(BACKEND, OWN),)))


def test_bucket_cors_are_ours(new_client: Any) -> None:
    admin = new_client("AKADMIN")

    assert refusal(admin.get_bucket_cors, Bucket=OTHER) == (404, "NoSuchCORSConfiguration")


def test_append_only_credential_adds_but_never_replaces(
    proxy: RunningProxy, new_client: Any, direct: Any, key: str
) -> None:
    credential = make_credential("AKAPPEND", {OWN: PRESETS["append-only"]})
    client = add(proxy, new_client, credential)

    client.put_object(Bucket=OWN, Key=key, Body=b"first" * 100_000)

    assert refusal(client.put_object, Bucket=OWN, Key=key, Body=b"second") == (403, "AccessDenied")
    assert direct.head_object(Bucket=OWN, Key=key)["ContentLength"] == 500_000
    assert SECRET not in str(proxy.events)
