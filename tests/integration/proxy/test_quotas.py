"""
Limits of buckets on the wire: never passed by a byte, whoever writes how, and nothing leaks.
"""

import os
import secrets
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from botocore.exceptions import ClientError

from app.backends.backend import CAPABILITY_NAMES
from app.backends.rows import NewBackend
from app.backends.stored import NewObject
from app.credentials.credential import NewCredential
from app.errors.raised import StowageError
from app.objects.place import BucketPlace
from app.quotas.account import Account
from app.quotas.limits import Limits, QuotaPlace
from app.snapshot.values import BucketTarget
from support.endpoint import BACKEND, Endpoint, running_endpoint
from support.fake_upstream import Conversation, running_fake_upstream
from support.polling import wait_until
from support.s3_clients import make_client
from support.s3_raw import connected, signed_head
from support.seaweedfs import SeaweedFS
from support.stores import ADMIN

MIB = 1024 * 1024
EMPTY_LISTING = (
    b'<?xml version="1.0"?><ListBucketResult><Name>docs</Name><IsTruncated>false</IsTruncated>'
    b"</ListBucketResult>"
)


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory, seaweedfs: SeaweedFS) -> Iterator[Endpoint]:
    with running_endpoint(tmp_path_factory.mktemp("quotas"), seaweedfs) as running:
        yield running


@pytest.fixture(scope="module")
def client(endpoint: Endpoint) -> Any:
    return endpoint.client()


class Bucket:
    """
    A bucket with a limit, and what its counter says.
    """

    def __init__(self, endpoint: Endpoint, name: str, backend_id: str = BACKEND) -> None:
        self.endpoint = endpoint
        self.name = name
        self.place = QuotaPlace(backend_id, name)

    def limit(self, hard_bytes: int, soft_bytes: int = 0) -> None:
        quotas = self.endpoint.services.quotas
        self.endpoint.run(quotas.put(ADMIN, self.place, Limits(soft_bytes, hard_bytes)))
        self.endpoint.wait_for_limit(self.place)

    @property
    def account(self) -> Account:
        account = self.endpoint.services.quotas.ledger.find(self.place.subject)
        assert account is not None
        return account

    def known(self) -> tuple[int, int]:
        found = self.endpoint.run(self.endpoint.services.quotas.get(ADMIN, self.place)).usage
        return (0, 0) if found is None else (found.used_bytes, found.object_count)

    def counted(self) -> tuple[int, int]:
        scanner = self.endpoint.services.quotas.scanner
        found = self.endpoint.run(scanner.count(self.place))
        return found.used_bytes, found.object_count

    def check(self, used_bytes: int, objects: int) -> None:
        """
        The counter and the store agree, and nothing is held but what workers were lent.
        """
        wait_until(lambda: self.known() == (used_bytes, objects), what=f"usage of {self.name}")
        assert self.counted() == (used_bytes, objects)
        self.endpoint.run(self.endpoint.services.quotas.desk.recall(self.account))
        assert self.account.counter.held == 0

    def wait_for_versions(self) -> None:
        """
        Return once every worker knows that the bucket keeps versions.
        """
        fleet, target = self.endpoint.fleet, BucketTarget(*self.place)
        wait_until(lambda: fleet.snapshot.quotas[target].keeps_versions)
        for worker in fleet.workers:
            self.endpoint.run(worker.inspect())

    def put_in_dashboard(self, key: str, size: int) -> None:
        writing = self.endpoint.services.objects.writing
        place = BucketPlace(BACKEND, self.name)
        self.endpoint.run(writing.put(ADMIN, place, key, b"x" * size, NewObject()))


@pytest.fixture
def bucket(endpoint: Endpoint, client: Any) -> Bucket:
    name = f"q-{secrets.token_hex(6)}"
    client.create_bucket(Bucket=name)
    return Bucket(endpoint, name)


def refused(call: Callable[..., Any], **arguments: Any) -> dict[str, Any]:
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    response: dict[str, Any] = caught.value.response
    return response


def is_full(call: Callable[..., Any], **arguments: Any) -> bool:
    answer = refused(call, **arguments)
    return (
        answer["ResponseMetadata"]["HTTPStatusCode"] == 507
        and answer["Error"]["Code"] == "EntityTooLarge"
        and answer["ResponseMetadata"]["HTTPHeaders"]["x-error-reason"] == "quota.bucket"
    )


def test_exactly_full_passes_and_overwrites_cost_the_difference(
    client: Any, bucket: Bucket
) -> None:
    bucket.limit(10)
    put = client.put_object
    put(Bucket=bucket.name, Key="a", Body=b"1234")
    put(Bucket=bucket.name, Key="b", Body=b"123456")

    assert is_full(put, Bucket=bucket.name, Key="c", Body=b"1")
    put(Bucket=bucket.name, Key="empty", Body=b"")
    put(Bucket=bucket.name, Key="b", Body=b"654321")
    put(Bucket=bucket.name, Key="b", Body=b"1")
    assert is_full(put, Bucket=bucket.name, Key="a", Body=b"x" * 10)
    put(Bucket=bucket.name, Key="a", Body=b"x" * 9)

    bucket.check(10, 3)


def test_deletions_make_room_at_once(client: Any, bucket: Bucket) -> None:
    bucket.limit(10)
    for number in range(5):
        client.put_object(Bucket=bucket.name, Key=f"k{number}", Body=b"12")

    client.delete_object(Bucket=bucket.name, Key="k0")
    client.put_object(Bucket=bucket.name, Key="n0", Body=b"12")
    gone = [{"Key": key} for key in ("k1", "k2", "never")]
    client.delete_objects(Bucket=bucket.name, Delete={"Objects": gone, "Quiet": True})
    client.put_object(Bucket=bucket.name, Key="n1", Body=b"1234")
    assert is_full(client.put_object, Bucket=bucket.name, Key="n2", Body=b"1")

    bucket.check(10, 4)


def test_copies_cost_their_source(client: Any, bucket: Bucket) -> None:
    bucket.limit(10)
    client.put_object(Bucket=bucket.name, Key="a b", Body=b"1234")
    source = {"Bucket": bucket.name, "Key": "a b"}

    client.copy_object(Bucket=bucket.name, Key="c", CopySource=source)
    assert is_full(client.copy_object, Bucket=bucket.name, Key="d", CopySource=source)
    client.copy_object(Bucket=bucket.name, Key="c", CopySource=source)
    missing = {"Bucket": bucket.name, "Key": "nope"}
    answer = refused(client.copy_object, Bucket=bucket.name, Key="e", CopySource=missing)
    assert answer["Error"]["Code"] == "NoSuchKey"

    bucket.check(8, 2)


def test_parts_count_until_they_are_given_up_or_become_the_object(
    client: Any, bucket: Bucket
) -> None:
    bucket.limit(12 * MIB)
    place = {"Bucket": bucket.name, "Key": "big"}

    def part(upload: str, number: int, size: int) -> dict[str, Any]:
        body = b"x" * size
        answer = client.upload_part(**place, UploadId=upload, PartNumber=number, Body=body)
        return {"PartNumber": number, "ETag": answer["ETag"]}

    upload = client.create_multipart_upload(**place)["UploadId"]
    parts = [part(upload, 1, 5 * MIB), part(upload, 2, 7 * MIB)]
    assert is_full(client.upload_part, **place, UploadId=upload, PartNumber=3, Body=b"1")
    client.complete_multipart_upload(**place, UploadId=upload, MultipartUpload={"Parts": parts})
    bucket.check(12 * MIB, 1)
    assert is_full(client.put_object, Bucket=bucket.name, Key="a", Body=b"1")

    client.put_object(**place, Body=b"1")
    other = client.create_multipart_upload(**place)["UploadId"]
    part(other, 1, 6 * MIB)
    bucket.check(6 * MIB + 1, 1)
    client.abort_multipart_upload(**place, UploadId=other)
    client.put_object(Bucket=bucket.name, Key="a", Body=b"x" * (12 * MIB - 1))

    bucket.check(12 * MIB, 2)
    gone = {"Bucket": bucket.name, "Key": "other", "UploadId": "never"}
    assert refused(client.upload_part, **gone, PartNumber=1, Body=b"1")["Error"]["Code"] in (
        "NoSuchUpload",
        "InvalidArgument",
    )


def test_many_writers_through_two_workers_and_the_dashboard_fill_it_and_no_more(
    endpoint: Endpoint, bucket: Bucket
) -> None:
    size, writers, each = 1000, 12, 8
    hard = size * 50 + 999
    bucket.limit(hard)
    stored: list[int] = []
    over: list[int] = []

    def count_store() -> int:
        pages = endpoint.client().get_paginator("list_objects_v2").paginate(Bucket=bucket.name)
        return sum(one["Size"] for page in pages for one in page.get("Contents", []))

    def write(number: int) -> None:
        client = endpoint.client()
        for turn in range(each):
            key = f"w{number}/{turn}"
            try:
                if number % 4:
                    client.put_object(Bucket=bucket.name, Key=key, Body=b"x" * size)
                else:
                    bucket.put_in_dashboard(key, size)
            except (ClientError, StowageError):
                continue
            stored.append(size)
            if turn % 4 == 0 and count_store() > hard:
                over.append(turn)

    with ThreadPoolExecutor(writers) as pool:
        list(pool.map(write, range(writers)))

    assert not over
    assert sum(stored) == size * 50
    bucket.check(size * 50, 50)


def test_a_client_that_goes_away_mid_body_holds_nothing(
    endpoint: Endpoint, client: Any, bucket: Bucket
) -> None:
    bucket.limit(MIB)
    head = raw_put(endpoint, f"/{bucket.name}/big", b"x" * MIB)
    with connected(endpoint.port) as connection:
        connection.send(head + b"x" * 1000)
        wait_until(lambda: bucket.account.counter.held == MIB)
        assert is_full(client.put_object, Bucket=bucket.name, Key="a", Body=b"1")

    wait_until(lambda: bucket.account.counter.held == 0)
    client.put_object(Bucket=bucket.name, Key="a", Body=b"x" * MIB)
    bucket.check(MIB, 1)


def test_nothing_is_held_and_no_body_asked_for_before_there_is_room(
    endpoint: Endpoint, bucket: Bucket
) -> None:
    bucket.limit(10)
    head = raw_put(endpoint, f"/{bucket.name}/big", b"x" * 100, {"Expect": "100-continue"})
    with connected(endpoint.port) as connection:
        connection.send(head)
        answer = connection.read_response()

    assert answer.status == 507
    assert b"<Reason>quota.bucket</Reason>" in answer.body


def raw_put(
    endpoint: Endpoint, path: str, body: bytes, headers: dict[str, str] | None = None
) -> bytes:
    made = endpoint.made
    return signed_head(
        endpoint.port,
        "PUT",
        path,
        body=body,
        access_key=made.credential.access_key,
        secret_key=made.secret_key,
        unsigned=headers,
    )


def test_a_killed_worker_leaves_neither_a_hold_nor_an_unknown_object(
    endpoint: Endpoint, client: Any, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.quotas.doubts.PATIENCE_SECONDS", (0.3,))
    bucket.limit(4 * MIB)
    client.put_object(Bucket=bucket.name, Key="before", Body=b"x" * MIB)
    head = raw_put(endpoint, f"/{bucket.name}/big", b"x" * 3 * MIB)
    with connected(endpoint.port) as connection:
        connection.send(head + b"x" * MIB)
        wait_until(lambda: bucket.account.counter.held >= 3 * MIB)
        assert is_full(client.put_object, Bucket=bucket.name, Key="a", Body=b"1")

        for worker in endpoint.fleet.workers:
            os.kill(worker.pid, signal.SIGKILL)

    wait_until(lambda: bucket.account.counter.held == 0)
    endpoint.client().put_object(Bucket=bucket.name, Key="after", Body=b"x" * 3 * MIB)
    bucket.check(4 * MIB, 2)


def test_a_bucket_without_a_limit_costs_main_nothing(
    endpoint: Endpoint, client: Any, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[object] = []
    desk = endpoint.services.quotas.desk
    monkeypatch.setattr(desk, "receive", lambda _worker, message: heard.append(message))

    client.put_object(Bucket=bucket.name, Key="a", Body=b"1")
    client.delete_object(Bucket=bucket.name, Key="a")

    assert heard == []


def test_far_from_the_limit_a_new_object_does_not_wait_for_main(
    endpoint: Endpoint, client: Any, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket.limit(1024 * MIB)
    desk = endpoint.services.quotas.desk
    receive, heard = desk.receive, []

    def listen(worker: str, message: Any) -> None:
        heard.append(type(message).__name__)
        receive(worker, message)

    monkeypatch.setattr(desk, "receive", listen)
    for number in range(20):
        client.put_object(Bucket=bucket.name, Key=f"k{number}", Body=b"1")

    wait_until(lambda: heard.count("QuotaSettle") == 20)
    # Each worker asks once, and is lent enough for all the others.
    assert heard.count("QuotaAsk") <= 2
    assert heard.count("QuotaBegin") >= 18
    bucket.check(20, 20)


def test_the_soft_limit_is_said_in_a_header_and_written_down(client: Any, bucket: Bucket) -> None:
    bucket.limit(0, soft_bytes=5)

    def put(key: str) -> str | None:
        answer = client.put_object(Bucket=bucket.name, Key=key, Body=b"1234")
        header: str | None = answer["ResponseMetadata"]["HTTPHeaders"].get("x-stowage-quota")
        return header

    assert put("a") is None
    put("b")
    wait_until(lambda: put("c") == "soft-limit-passed")


def test_a_limit_that_is_removed_holds_nobody_any_more(
    endpoint: Endpoint, client: Any, bucket: Bucket
) -> None:
    bucket.limit(1)
    assert is_full(client.put_object, Bucket=bucket.name, Key="a", Body=b"12")

    endpoint.run(endpoint.services.quotas.delete(ADMIN, bucket.place))
    endpoint.wait_for_limit(bucket.place, is_there=False)

    client.put_object(Bucket=bucket.name, Key="a", Body=b"12")


def test_a_restart_keeps_what_is_used(tmp_path: Path, seaweedfs: SeaweedFS) -> None:
    name = f"q-{secrets.token_hex(6)}"
    with running_endpoint(tmp_path, seaweedfs, workers=1) as first:
        bucket = Bucket(first, name)
        first.client().create_bucket(Bucket=name)
        bucket.limit(100)
        first.client().put_object(Bucket=name, Key="a", Body=b"x" * 60)

    with running_endpoint(tmp_path, seaweedfs, workers=1) as second:
        bucket = Bucket(second, name)
        second.wait_for_limit(bucket.place)
        assert bucket.known() == (60, 1)
        put = second.client().put_object
        assert is_full(put, Bucket=name, Key="b", Body=b"x" * 41)
        put(Bucket=name, Key="b", Body=b"x" * 40)
        bucket.check(100, 2)


def test_a_count_while_others_write_loses_nothing(endpoint: Endpoint, bucket: Bucket) -> None:
    bucket.limit(1024 * MIB)
    stop = threading.Event()
    written: list[int] = []

    def write() -> None:
        mine = endpoint.client()
        while not stop.is_set():
            number = len(written)
            mine.put_object(Bucket=bucket.name, Key=f"k{number % 7}-{number}", Body=b"x" * 10)
            written.append(10)

    writer = threading.Thread(target=write)
    writer.start()
    started = time.monotonic()
    while time.monotonic() - started < 1.5:
        bucket.counted()
    stop.set()
    writer.join()

    # A write in the milliseconds in which its page was read may be counted twice, never not at all.
    wait_until(lambda: bucket.known()[0] >= sum(written))
    assert bucket.counted() == (sum(written), len(written))
    bucket.check(sum(written), len(written))


def test_a_form_costs_its_file(client: Any, bucket: Bucket) -> None:
    bucket.limit(10)

    def post(key: str, size: int) -> httpx.Response:
        form = client.generate_presigned_post(bucket.name, key)
        return httpx.post(form["url"], data=form["fields"], files={"file": b"x" * size})

    assert post("a", 6).status_code == 204
    refusal = post("b", 5)
    assert (refusal.status_code, refusal.headers["x-error-reason"]) == (507, "quota.bucket")
    assert post("a", 10).status_code == 204

    bucket.check(10, 1)


def test_a_body_without_a_length_is_held_to_the_limit_as_it_comes(
    endpoint: Endpoint, bucket: Bucket
) -> None:
    bucket.limit(20 * MIB)
    made = endpoint.made

    def put(key: str, pieces: int) -> int:
        head = signed_head(
            endpoint.port,
            "PUT",
            f"/{bucket.name}/{key}",
            access_key=made.credential.access_key,
            secret_key=made.secret_key,
            body=b"x" * 0x80000 * pieces,
            is_chunked=True,
        )
        piece = b"80000\r\n" + b"x" * 0x80000 + b"\r\n"
        with connected(endpoint.port) as connection:
            try:
                connection.send(head)
                for _ in range(pieces):
                    connection.send(piece)
                connection.send(b"0\r\n\r\n")
            except OSError:
                pass  # cut off while sending: the answer says why
            answer = connection.read_response()
            assert answer.status in (200, 507), answer.body
            return answer.status

    assert put("fits", 20) == 200
    assert put("over", 21) == 507
    assert put("exact", 20) == 200

    bucket.check(20 * MIB, 2)


def test_what_versions_keep_still_counts(client: Any, bucket: Bucket) -> None:
    client.put_bucket_versioning(Bucket=bucket.name, VersioningConfiguration={"Status": "Enabled"})
    bucket.limit(10)
    oldest = client.put_object(Bucket=bucket.name, Key="a", Body=b"1234")["VersionId"]
    client.put_object(Bucket=bucket.name, Key="a", Body=b"1234")
    client.delete_object(Bucket=bucket.name, Key="a")
    assert is_full(client.put_object, Bucket=bucket.name, Key="a", Body=b"123")

    client.delete_object(Bucket=bucket.name, Key="a", VersionId=oldest)

    client.put_object(Bucket=bucket.name, Key="a", Body=b"123456")
    wait_until(lambda: bucket.known()[0] == bucket.counted()[0] == 10)


@pytest.mark.parametrize("way", ["endpoint", "dashboard", "past us"])
def test_from_the_moment_versions_are_kept_nothing_is_credited(
    endpoint: Endpoint, client: Any, direct: Any, bucket: Bucket, way: str
) -> None:
    bucket.limit(10)
    client.put_object(Bucket=bucket.name, Key="a", Body=b"123456")

    setting = {"Bucket": bucket.name, "VersioningConfiguration": {"Status": "Enabled"}}
    if way == "dashboard":
        buckets = endpoint.services.objects.buckets
        place = BucketPlace(BACKEND, bucket.name)
        endpoint.run(buckets.set_versioned(ADMIN, place, enabled=True))
    else:
        (client if way == "endpoint" else direct).put_bucket_versioning(**setting)
    if way == "past us":
        # Nobody told: the first overwrite shows it, and is the last that costs too little.
        client.put_object(Bucket=bucket.name, Key="a", Body=b"123456")
    bucket.wait_for_versions()

    assert is_full(client.put_object, Bucket=bucket.name, Key="a", Body=b"123456")
    wait_until(lambda: bucket.known()[0] == bucket.counted()[0])


def test_the_single_worker_inside_main_is_held_too(tmp_path: Path, seaweedfs: SeaweedFS) -> None:
    name = f"q-{secrets.token_hex(6)}"
    with running_endpoint(tmp_path, seaweedfs, in_process=True) as alone:
        client = alone.client()
        client.create_bucket(Bucket=name)
        quotas, place = alone.services.quotas, QuotaPlace(BACKEND, name)
        alone.run(quotas.put(ADMIN, place, Limits(0, 10)))
        wait_until(lambda: BucketTarget(*place) in alone.services.feed.current.quotas)

        client.put_object(Bucket=name, Key="a", Body=b"1234567890")
        assert is_full(client.put_object, Bucket=name, Key="b", Body=b"1")
        client.delete_object(Bucket=name, Key="a")
        client.put_object(Bucket=name, Key="b", Body=b"1234567890")


@pytest.mark.parametrize("was_stored", [True, False], ids=["stored", "lost"])
def test_an_upload_whose_answer_is_lost_counts_until_the_store_was_asked(
    endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch, *, was_stored: bool
) -> None:
    monkeypatch.setattr("app.quotas.doubts.PATIENCE_SECONDS", (0.5,))
    body = b"x" * 1000
    taken = threading.Event()

    def script(conversation: Conversation) -> None:
        while head := conversation.read_head():
            if head.startswith(b"PUT /docs/a "):
                conversation.read_body(len(body))
                taken.set()
                conversation.reset()
                return
            if head.startswith(b"HEAD /docs/a ") and taken.is_set() and was_stored:
                conversation.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
            elif head.startswith(b"HEAD "):
                conversation.send(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
            else:
                conversation.answer(EMPTY_LISTING)

    backend_id = f"fake-{secrets.token_hex(4)}"
    with running_fake_upstream(script) as upstream:
        bucket = Bucket(endpoint, "docs", backend_id)
        new = NewBackend(
            backend_id,
            f"http://127.0.0.1:{upstream.port}",
            "key",
            "secret",
            path_style=True,
            capabilities=dict.fromkeys(CAPABILITY_NAMES, False),
        )
        endpoint.run(endpoint.services.backends.create(ADMIN, new))
        made = endpoint.run(
            endpoint.services.credentials.create(
                ADMIN, NewCredential(backend_id=backend_id, buckets=["docs"])
            )
        )
        client = make_client(
            endpoint.supervisor.address, made.credential.access_key, made.secret_key
        )
        bucket.limit(1500)

        answer = refused(client.put_object, Bucket="docs", Key="a", Body=body)
        assert answer["ResponseMetadata"]["HTTPStatusCode"] == 503
        assert is_full(client.put_object, Bucket="docs", Key="b", Body=b"x" * 501)

        expected = (1000, 1) if was_stored else (0, 0)
        wait_until(lambda: bucket.account.counter.held == 0)
        assert bucket.known() == expected
        endpoint.run(endpoint.services.backends.delete(ADMIN, backend_id))
