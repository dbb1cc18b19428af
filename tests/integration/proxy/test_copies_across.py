"""
Copies whose source lies on another backend.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from app.rbac.levels import PRESETS, Level
from app.rbac.principal import Principal, PrincipalKind, Scope
from app.snapshot.values import BucketTarget, CredentialEntry, ProxySettings, Snapshot
from support.fake_upstream import Conversation, Script, running_fake_upstream
from support.polling import wait_until
from support.s3_clients import make_client
from support.s3_proxy import SECRET, RunningProxy, make_credential, make_route, running_proxy
from support.s3_raw import connected, signed_head
from support.seaweedfs import SeaweedFS

MIB = 1024 * 1024
HERE, THERE, SECRETS = "copies-here", "copies-there", "copies-secret"


def holder(name: str, levels: Level, *, may_overwrite: bool = True) -> CredentialEntry:
    """
    Return a credential that writes `here` on one backend and reads `there` on another.
    """
    scopes = (
        Scope("west", HERE, "", levels, may_overwrite),
        Scope("east", THERE, "", Level.READ | Level.LIST),
    )
    principal = Principal(PrincipalKind.CREDENTIAL, name, user_id="u", scopes=scopes)
    names = {
        "here": BucketTarget("west", HERE),
        "there": BucketTarget("east", THERE),
        "hidden": BucketTarget("east", SECRETS),
    }
    return replace(make_credential(name, {}, principal=principal), buckets=names)


def world(east: str, west: str, settings: ProxySettings, **keys: str) -> Snapshot:
    routes = {
        "east": make_route(east, id="east", **keys),
        "west": make_route(west, id="west", **keys),
    }
    append = PRESETS["append-only"]
    credentials = {
        "AKBOTH": holder("AKBOTH", PRESETS["readwrite"].levels),
        "AKADD": holder("AKADD", append.levels, may_overwrite=append.may_overwrite),
    }
    return Snapshot(1, settings, routes, credentials)


@pytest.fixture(scope="module")
def direct(seaweedfs: SeaweedFS) -> Any:
    client = make_client(seaweedfs.endpoint, seaweedfs.access_key, seaweedfs.secret_key)
    for bucket in (HERE, THERE, SECRETS):
        client.create_bucket(Bucket=bucket)
    return client


@pytest.fixture(scope="module")
def both(seaweedfs: SeaweedFS, direct: Any) -> Iterator[RunningProxy]:
    assert direct is not None
    keys = {"access_key": seaweedfs.access_key, "secret_key": seaweedfs.secret_key}
    snapshot = world(seaweedfs.endpoint, seaweedfs.endpoint, ProxySettings(), **keys)
    with running_proxy(snapshot) as running:
        yield running


@pytest.fixture
def client(both: RunningProxy) -> Any:
    return make_client(both.endpoint, "AKBOTH", SECRET)


@pytest.fixture
def key() -> str:
    return f"folder/{os.urandom(6).hex()} ü+&.bin"


def refusal(call: Any, **arguments: Any) -> tuple[int, str]:
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    response = caught.value.response
    return response["ResponseMetadata"]["HTTPStatusCode"], response["Error"]["Code"]


@pytest.mark.parametrize("size", [0, 1, 20 * MIB])
def test_copy_has_the_sources_bytes_and_words(
    client: Any, direct: Any, key: str, size: int
) -> None:
    data = os.urandom(size)
    direct.put_object(
        Bucket=THERE,
        Key=key,
        Body=data,
        ContentType="text/x-far",
        CacheControl="no-store",
        Metadata={"colour": "blue"},
        Tagging="team=a%20b",
    )

    done = client.copy_object(Bucket="here", Key=key, CopySource={"Bucket": "there", "Key": key})

    stored = direct.get_object(Bucket=HERE, Key=key)
    assert stored["Body"].read() == data
    assert done["CopyObjectResult"]["ETag"] == stored["ETag"]
    assert (stored["ContentType"], stored["CacheControl"]) == ("text/x-far", "no-store")
    assert stored["Metadata"] == {"colour": "blue"}
    tags = direct.get_object_tagging(Bucket=HERE, Key=key)["TagSet"]
    assert tags == [{"Key": "team", "Value": "a b"}]


def test_words_of_the_request_replace_those_of_the_source(
    client: Any, direct: Any, key: str
) -> None:
    direct.put_object(
        Bucket=THERE, Key=key, Body=b"x", ContentType="text/x-far", Metadata={"a": "1"}
    )

    client.copy_object(
        Bucket="here",
        Key=key,
        CopySource={"Bucket": "there", "Key": key},
        MetadataDirective="REPLACE",
        ContentType="text/x-near",
        Metadata={"b": "2"},
    )

    stored = direct.head_object(Bucket=HERE, Key=key)
    assert (stored["ContentType"], stored["Metadata"]) == ("text/x-near", {"b": "2"})


def test_parts_are_copied_from_afar(client: Any, direct: Any, key: str) -> None:
    data = os.urandom(11 * MIB)
    direct.put_object(Bucket=THERE, Key=key, Body=data)
    where = {"Bucket": "here", "Key": key}
    where["UploadId"] = client.create_multipart_upload(**where)["UploadId"]
    ranges = [(0, 6 * MIB - 1), (6 * MIB, 11 * MIB - 1)]

    parts = []
    for number, (first, last) in enumerate(ranges, 1):
        part = client.upload_part_copy(
            **where,
            PartNumber=number,
            CopySource={"Bucket": "there", "Key": key},
            CopySourceRange=f"bytes={first}-{last}",
        )
        parts.append({"PartNumber": number, "ETag": part["CopyPartResult"]["ETag"]})
    client.complete_multipart_upload(**where, MultipartUpload={"Parts": parts})

    assert direct.get_object(Bucket=HERE, Key=key)["Body"].read() == data
    beyond = {"PartNumber": 3, "CopySource": {"Bucket": "there", "Key": key}}
    assert refusal(
        client.upload_part_copy, **where, **beyond, CopySourceRange=f"bytes=0-{12 * MIB}"
    ) in ((400, "InvalidArgument"), (404, "NoSuchUpload"))


def test_conditions_on_the_source_hold(client: Any, direct: Any, key: str) -> None:
    etag = direct.put_object(Bucket=THERE, Key=key, Body=b"x")["ETag"]
    copy = {"Bucket": "here", "Key": key, "CopySource": {"Bucket": "there", "Key": key}}

    assert refusal(client.copy_object, **copy, CopySourceIfMatch='"other"') == (
        412,
        "PreconditionFailed",
    )
    assert refusal(client.copy_object, **copy, CopySourceIfNoneMatch=etag) == (
        412,
        "PreconditionFailed",
    )
    assert client.copy_object(**copy, CopySourceIfMatch=etag)


def test_source_must_be_there_and_readable(client: Any, direct: Any, key: str) -> None:
    direct.put_object(Bucket=SECRETS, Key=key, Body=b"secret")
    hidden = {"Bucket": "hidden", "Key": key}
    missing = {"Bucket": "there", "Key": "missing"}

    assert refusal(client.copy_object, Bucket="here", Key=key, CopySource=hidden) == (
        403,
        "AccessDenied",
    )
    assert refusal(client.copy_object, Bucket="here", Key=key, CopySource=missing) == (
        404,
        "NoSuchKey",
    )
    assert direct.list_objects_v2(Bucket=HERE, Prefix=key)["KeyCount"] == 0


def test_what_two_backends_cannot_do_is_refused(client: Any, key: str) -> None:
    copy = {"Bucket": "here", "Key": key, "CopySource": {"Bucket": "there", "Key": key}}

    assert refusal(client.copy_object, **copy, ChecksumAlgorithm="SHA256")[0] == 400
    assert refusal(client.copy_object, **copy, MetadataDirective="MERGE")[0] == 400


def test_append_only_copy_replaces_nothing(both: RunningProxy, direct: Any, key: str) -> None:
    direct.put_object(Bucket=THERE, Key=key, Body=b"first")
    adder = make_client(both.endpoint, "AKADD", SECRET)
    copy = {"Bucket": "here", "Key": key, "CopySource": {"Bucket": "there", "Key": key}}

    adder.copy_object(**copy)
    direct.put_object(Bucket=THERE, Key=key, Body=b"second")

    assert refusal(adder.copy_object, **copy) == (403, "AccessDenied")
    assert direct.get_object(Bucket=HERE, Key=key)["Body"].read() == b"first"


def test_copy_is_recorded_with_its_source(both: RunningProxy, client: Any, direct: Any) -> None:
    direct.put_object(Bucket=THERE, Key="recorded", Body=b"x")

    client.copy_object(
        Bucket="here", Key="recorded", CopySource={"Bucket": "there", "Key": "recorded"}
    )

    wait_until(lambda: any(event.object_key == "recorded" for event in both.events))
    event = next(event for event in both.events if event.object_key == "recorded")
    assert event.action == "s3.proxy.copyobject"
    assert event.detail["copy_source"] == "there/recorded"


# ---- what a real store does not do on demand -------------------------------------------------

IMPATIENT = ProxySettings(connect_timeout=1.0, response_timeout=1.0, idle_timeout=1.0)
COPY = {"x-amz-copy-source": "there/key"}


@contextmanager
def scripted(source: Script, target: Script) -> Iterator[tuple[Any, RunningProxy, Any]]:
    with running_fake_upstream(source) as east, running_fake_upstream(target) as west:
        addresses = [f"http://127.0.0.1:{upstream.port}" for upstream in (east, west)]
        with (
            running_proxy(world(addresses[0], addresses[1], IMPATIENT)) as proxy,
            connected(proxy.port) as connection,
        ):
            head = signed_head(proxy.port, "PUT", "/here/key", access_key="AKBOTH", headers=COPY)
            connection.send(head)
            yield connection, proxy, west


def test_source_that_breaks_off_leaves_no_object() -> None:
    ends: list[tuple[bytes, bool]] = []

    def source(conversation: Conversation) -> None:
        conversation.read_head()
        conversation.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + b"x" * 500)
        wait_until(lambda: bool(seen))
        conversation.reset()

    seen: list[bytes] = []

    def target(conversation: Conversation) -> None:
        seen.append(conversation.read_head())
        ends.append(conversation.read_to_end())

    with scripted(source, target) as (connection, _, _):
        answer = connection.read_response()
        wait_until(lambda: bool(ends))

    assert b"<Code>ServiceUnavailable</Code>" in answer.body
    assert b"content-length: 1000" in seen[0].lower()
    # Cut in the middle: 500 of 1000 bytes, which no server takes for an object.
    assert len(ends[0][0]) <= 500


def test_source_larger_than_a_copy_may_be_is_refused_before_anything_is_written() -> None:
    def source(conversation: Conversation) -> None:
        conversation.read_head()
        conversation.send(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % (5 * 1024**3 + 1))
        conversation.read_to_end()

    with scripted(source, lambda _: None) as (connection, _, west):
        answer = connection.read_response()

        assert (answer.status, west.connections) == (400, 0)
        assert b"s3.copy_too_large" in answer.body


def test_source_is_asked_again_when_its_idle_connection_was_dead() -> None:
    def source(conversation: Conversation) -> None:
        conversation.read_head()
        conversation.answer(b"abc")
        conversation.read_head()
        conversation.reset()

    def target(conversation: Conversation) -> None:
        while conversation.read_head():
            assert conversation.read_body(3) == b"abc"
            conversation.answer(headers='ETag: "e"\r\n')

    with scripted(source, target) as (connection, proxy, west):
        assert connection.read_response().status == 200
        head = signed_head(proxy.port, "PUT", "/here/key", access_key="AKBOTH", headers=COPY)
        connection.send(head)

        assert connection.read_response().status == 200
        assert west.failures == []


@pytest.mark.parametrize("is_good", [True, False], ids=["done", "failed"])
def test_copy_that_takes_long_is_kept_alive(is_good: bool) -> None:  # noqa: FBT001  a table
    heard: list[bytes] = []

    def source(conversation: Conversation) -> None:
        conversation.read_head()
        conversation.send(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabc")
        wait_until(lambda: bool(heard))
        conversation.send(b"def")

    def target(conversation: Conversation) -> None:
        conversation.read_head()
        assert conversation.read_body(6) == b"abcdef"
        if is_good:
            conversation.answer(headers='ETag: "e"\r\n')
        else:
            conversation.answer(status="500 Internal Server Error")

    with scripted(source, target) as (connection, _, _):
        first = connection.sock.recv(65536)
        heard.append(first)
        connection.buffer = first
        answer = connection.read_response()

    assert first.startswith(b"HTTP/1.1 200 OK\r\n")
    assert answer.status == 200
    assert answer.body.startswith(b"<?xml")
    assert (b"<ETag>" in answer.body) is is_good
    assert (b"<Error><Code>" in answer.body) is not is_good
