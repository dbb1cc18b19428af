"""
A client that knows its buckets by other names never meets the real ones.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from app.rbac.principal import Principal, PrincipalKind, Scope
from app.snapshot.values import BucketTarget
from support.s3_clients import make_client
from support.s3_proxy import (
    BACKEND,
    READWRITE,
    SECRET,
    RunningProxy,
    make_credential,
    make_route,
    make_snapshot,
    running_proxy,
)
from support.seaweedfs import SeaweedFS

REAL = "warehouse-7f3a"
MINE = "photos"


@pytest.fixture(scope="module")
def aliased(seaweedfs: SeaweedFS) -> Iterator[RunningProxy]:
    direct = make_client(seaweedfs.endpoint, seaweedfs.access_key, seaweedfs.secret_key)
    direct.create_bucket(Bucket=REAL)
    direct.put_bucket_versioning(Bucket=REAL, VersioningConfiguration={"Status": "Enabled"})
    scopes = tuple(Scope(BACKEND, name, "", READWRITE.levels) for name in (REAL, "gone-7f3a"))
    principal = Principal(PrincipalKind.CREDENTIAL, "AKALIAS", user_id="u", scopes=scopes)
    names = {MINE: BucketTarget(BACKEND, REAL), "lost": BucketTarget(BACKEND, "gone-7f3a")}
    credential = replace(make_credential("AKALIAS", {}, principal=principal), buckets=names)
    route = make_route(
        seaweedfs.endpoint, access_key=seaweedfs.access_key, secret_key=seaweedfs.secret_key
    )
    with running_proxy(make_snapshot(route, credential), workers=1) as running:
        yield running


@pytest.fixture
def client(aliased: RunningProxy) -> Any:
    return make_client(aliased.endpoint, "AKALIAS", SECRET)


@pytest.fixture
def answers(client: Any) -> list[str]:
    """
    Everything that comes back from now on, heads and bodies.
    """
    seen: list[str] = []

    def keep(response_dict: Any = None, **_: Any) -> None:
        seen.append(f"{response_dict['headers']}{response_dict['body']!r}")

    client.meta.events.register("response-received.s3", keep)
    return seen


def test_no_answer_shows_the_real_name(
    client: Any, answers: list[str], aliased: RunningProxy
) -> None:
    client.put_object(Bucket=MINE, Key="a/ü&.txt", Body=b"x")
    assert client.list_objects(Bucket=MINE)["Name"] == MINE
    listed = client.list_objects_v2(Bucket=MINE)
    assert listed["Name"] == MINE
    assert [entry["Key"] for entry in listed["Contents"]] == ["a/ü&.txt"]
    assert client.list_object_versions(Bucket=MINE)["Name"] == MINE
    assert {bucket["Name"] for bucket in client.list_buckets()["Buckets"]} == {MINE, "lost"}
    upload = client.create_multipart_upload(Bucket=MINE, Key="b")
    where = {"Bucket": MINE, "Key": "b", "UploadId": upload["UploadId"]}
    assert upload["Bucket"] == MINE
    part = client.upload_part(**where, PartNumber=1, Body=b"x")
    assert client.list_parts(**where)["Bucket"] == MINE
    assert client.list_multipart_uploads(Bucket=MINE)["Bucket"] == MINE
    parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    done = client.complete_multipart_upload(**where, MultipartUpload=parts)
    assert done["Bucket"] == MINE
    assert done["Location"].startswith(f"{aliased.endpoint}/{MINE}/")
    client.copy_object(Bucket=MINE, Key="c", CopySource={"Bucket": MINE, "Key": "b"})
    assert client.get_object(Bucket=MINE, Key="c")["Body"].read() == b"x"
    client.delete_objects(Bucket=MINE, Delete={"Objects": [{"Key": "c"}]})

    assert answers
    assert REAL not in "".join(answers)


def test_no_error_shows_the_real_name(client: Any, answers: list[str]) -> None:
    for call, arguments in (
        (client.get_object, {"Bucket": MINE, "Key": "missing"}),
        (client.list_objects_v2, {"Bucket": "lost"}),
        (client.put_object, {"Bucket": "lost", "Key": "k", "Body": b"x"}),
        (client.list_parts, {"Bucket": MINE, "Key": "k", "UploadId": "none"}),
        (client.list_objects_v2, {"Bucket": REAL}),
    ):
        with pytest.raises(ClientError):
            call(**arguments)

    assert "7f3a" not in "".join(answers[:-1])
    assert "AccessDenied" in answers[-1]
