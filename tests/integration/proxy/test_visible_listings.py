"""
Somebody with some prefixes of a bucket lists it, and sees nothing else.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
from botocore.exceptions import ClientError

from app.rbac.levels import PRESETS
from app.rbac.principal import Principal, PrincipalKind, Scope
from app.snapshot.values import AnonymousBinding, BucketTarget, ProxySettings
from support.s3_clients import make_client
from support.s3_proxy import (
    BACKEND,
    READWRITE,
    SECRET,
    make_credential,
    make_route,
    make_snapshot,
    running_proxy,
)
from support.seaweedfs import SeaweedFS

BUCKET = "walled"
VISIBLE = ("home/ann/", "shared/team a+b/", "solo")
FOREIGN = [
    "aaa-first",
    "home/anna/secret",
    "home/bob/secret",
    "shared/team b/secret",
    "zzz-secret",
]
MINE = [
    "home/ann/1.txt",
    "home/ann/2.txt",
    "home/ann/deep/3.txt",
    "home/ann/deep/4.txt",
    "home/ann/deep/5\x07\t.txt",
    "shared/team a+b/ü&<%.txt",
    "solo",
    "solo2",
]


@pytest.fixture(scope="module")
def ann(seaweedfs: SeaweedFS) -> Iterator[Any]:
    direct = make_client(seaweedfs.endpoint, seaweedfs.access_key, seaweedfs.secret_key)
    direct.create_bucket(Bucket=BUCKET)
    direct.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    for key in FOREIGN + MINE:
        direct.put_object(Bucket=BUCKET, Key=key, Body=b"one")
    direct.put_object(Bucket=BUCKET, Key=MINE[0], Body=b"two")
    direct.delete_object(Bucket=BUCKET, Key=MINE[1])
    direct.put_object(Bucket=BUCKET, Key=MINE[1], Body=b"two")
    for key in ("home/ann/upload", "home/bob/upload"):
        direct.create_multipart_upload(Bucket=BUCKET, Key=key)
    scopes = tuple(
        Scope(BACKEND, BUCKET, prefix, PRESETS["readwrite"].levels) for prefix in VISIBLE
    )
    principal = Principal(PrincipalKind.CREDENTIAL, "AKANN", user_id="ann", scopes=scopes)
    credential = make_credential("AKANN", {BUCKET: READWRITE}, principal=principal)
    route = make_route(
        seaweedfs.endpoint, access_key=seaweedfs.access_key, secret_key=seaweedfs.secret_key
    )
    with running_proxy(make_snapshot(route, credential), workers=1) as running:
        yield make_client(running.endpoint, "AKANN", SECRET)


def names(pages: Any) -> tuple[list[str], list[str]]:
    """
    Return keys and common prefixes of all pages, in the order they came.
    """
    listed = list(pages)
    keys = [
        entry["Key"]
        for page in listed
        for kind in ("Contents", "Versions", "DeleteMarkers", "Uploads")
        for entry in page.get(kind, [])
    ]
    return keys, [entry["Prefix"] for page in listed for entry in page.get("CommonPrefixes", [])]


@pytest.mark.parametrize("operation", ["list_objects", "list_objects_v2"])
@pytest.mark.parametrize("size", [1, 2, 1000])
def test_all_pages_show_what_is_visible_once(ann: Any, operation: str, size: int) -> None:
    pages = ann.get_paginator(operation).paginate(
        Bucket=BUCKET, PaginationConfig={"PageSize": size}
    )

    assert names(pages) == (sorted(MINE), [])


@pytest.mark.parametrize("operation", ["list_objects", "list_objects_v2"])
@pytest.mark.parametrize("size", [1, 2, 1000])
def test_folders_lead_to_what_is_visible(ann: Any, operation: str, size: int) -> None:
    def folder(prefix: str) -> tuple[list[str], list[str]]:
        pages = ann.get_paginator(operation).paginate(
            Bucket=BUCKET, Delimiter="/", Prefix=prefix, PaginationConfig={"PageSize": size}
        )
        return names(pages)

    assert folder("") == (["solo", "solo2"], ["home/", "shared/"])
    assert folder("home/") == ([], ["home/ann/"])
    assert folder("home/an") == ([], ["home/ann/"])
    assert folder("home/ann/") == (["home/ann/1.txt", "home/ann/2.txt"], ["home/ann/deep/"])


def test_page_says_what_it_is(ann: Any) -> None:
    page = ann.list_objects_v2(Bucket=BUCKET, MaxKeys=2, StartAfter="home/ann/1.txt")

    assert page["Name"] == BUCKET
    assert (page["KeyCount"], page["MaxKeys"], page["IsTruncated"]) == (2, 2, True)
    assert [entry["Key"] for entry in page["Contents"]] == MINE[1:3]
    assert "Owner" not in page["Contents"][0]
    assert page["Contents"][0]["Size"] == 3
    owned = ann.list_objects_v2(Bucket=BUCKET, MaxKeys=1, FetchOwner=True)
    assert "Owner" in owned["Contents"][0]


def test_page_of_nothing_is_empty(ann: Any) -> None:
    page = ann.list_objects(Bucket=BUCKET, MaxKeys=0)

    assert (page["IsTruncated"], page.get("Contents")) == (False, None)


def test_delimiter_may_be_longer_than_a_character(ann: Any) -> None:
    page = ann.list_objects_v2(Bucket=BUCKET, Delimiter="/ann/")

    assert [entry["Prefix"] for entry in page["CommonPrefixes"]] == ["home/ann/"]
    assert [entry["Key"] for entry in page["Contents"]] == sorted(MINE)[5:]


@pytest.mark.parametrize("marker", ["", "home/anna/", "home/bob/secret", "zzzz"])
def test_no_marker_shows_anything_else(ann: Any, marker: str) -> None:
    keys, prefixes = names([ann.list_objects(Bucket=BUCKET, Marker=marker)])

    assert keys == [key for key in sorted(MINE) if key > marker]
    assert prefixes == []


@pytest.mark.parametrize("size", [1, 3, 1000])
def test_versions_are_the_visible_ones(ann: Any, size: int) -> None:
    pages = ann.get_paginator("list_object_versions").paginate(
        Bucket=BUCKET, PaginationConfig={"PageSize": size}
    )

    keys, _ = names(pages)

    shown = [*MINE, MINE[0], MINE[1], MINE[1]]
    # SeaweedFS escapes the names of objects when it is asked to, those of versions never.
    assert sorted(keys) == sorted(key.replace("\x07", "\ufffd") for key in shown)


def test_uploads_are_the_visible_ones(ann: Any) -> None:
    page = ann.list_multipart_uploads(Bucket=BUCKET)

    assert names([page])[0] == ["home/ann/upload"]
    assert page["Bucket"] == BUCKET


@pytest.mark.parametrize("prefix", ["zzz", "home/bob/", "home/anna"])
def test_listing_beside_the_visible_prefixes_is_refused(ann: Any, prefix: str) -> None:
    with pytest.raises(ClientError) as caught:
        ann.list_objects_v2(Bucket=BUCKET, Prefix=prefix)

    assert caught.value.response["Error"]["Code"] == "AccessDenied"
    assert "secret" not in str(caught.value.response)


def test_stranger_sees_what_the_binding_opens(seaweedfs: SeaweedFS, ann: Any) -> None:
    assert ann is not None
    route = make_route(
        seaweedfs.endpoint, access_key=seaweedfs.access_key, secret_key=seaweedfs.secret_key
    )
    binding = AnonymousBinding("open", BucketTarget(BACKEND, BUCKET), prefix="shared/")
    world = replace(
        make_snapshot(route, settings=ProxySettings(is_anonymous_enabled=True)),
        anonymous={"open": binding},
    )
    with running_proxy(world, workers=1) as running:
        answer = httpx.get(f"{running.endpoint}/open?delimiter=/")
        page = httpx.get(f"{running.endpoint}/open?list-type=2&encoding-type=url")

    assert answer.status_code == page.status_code == 200
    assert "<Prefix>shared/</Prefix>" in answer.text
    assert "home/" not in answer.text + page.text
    assert BUCKET not in answer.text + page.text
    assert "<Key>shared/team+a%2Bb/" in page.text
