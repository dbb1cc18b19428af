"""
The S3 backend against a real store.
"""

import asyncio
import hashlib
import secrets
import tracemalloc
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from app.backends.backend import BackendInfo, UpstreamKey
from app.backends.presets import PRESETS
from app.backends.s3 import S3Backend, open_s3
from app.backends.s3_probe import QUESTIONS, take_steps
from app.backends.s3_scratch import is_scratch, remove_left_behind
from app.backends.stored import (
    BucketInfo,
    ByteRange,
    Conditions,
    ContentHeaders,
    Download,
    ListQuery,
    NewObject,
    NotModified,
    ObjectRef,
    UploadRef,
)
from app.errors.raised import StowageError
from support.seaweedfs import SeaweedFS

MIB = 1024 * 1024


@pytest.fixture
async def backend(seaweedfs: SeaweedFS) -> AsyncIterator[S3Backend]:
    info = BackendInfo("weed", "Weed", seaweedfs.endpoint, seaweedfs.region)
    backend = await open_s3(info, UpstreamKey(seaweedfs.access_key, seaweedfs.secret_key))
    yield backend
    await backend.close()


@pytest.fixture
async def bucket(backend: S3Backend) -> AsyncIterator[str]:
    name = f"t-{secrets.token_hex(8)}"
    await backend.buckets.create(name)
    yield name
    while page := (await backend.objects.list(name, ListQuery())).objects:
        await backend.objects.delete_many(name, [ObjectRef(one.key) for one in page])
    await backend.buckets.delete(name)


async def read(download: Download | NotModified) -> bytes:
    assert isinstance(download, Download)
    return b"".join([piece async for piece in download.body])


async def chunks_of(size: int, chunk: int = 64 * 1024) -> AsyncIterator[bytes]:
    for start in range(0, size, chunk):
        yield bytes([start // chunk % 251]) * min(chunk, size - start)


async def reason(call: object) -> str | None:
    with pytest.raises(StowageError) as caught:
        await call  # type: ignore[misc]  any awaitable
    return caught.value.reason


async def test_probing_finds_what_the_store_can_do_and_leaves_nothing_behind(
    backend: S3Backend,
) -> None:
    before = {one.name for one in await backend.buckets.list()}

    found = await backend.probe()

    assert found == {
        "object_lock": True,
        "versioning": True,
        "tagging": True,
        "cors": True,
        "lifecycle": True,
        "bucket_policy": True,
        "server_side_encrypt": True,
        "conditional_writes": True,
        "chunked_upload": True,
        "literal_dot_segments": False,
    }
    new = {one.name for one in await backend.buckets.list()} - before
    assert not any(is_scratch(name) for name in new)


async def test_where_no_bucket_can_be_made_an_existing_one_is_asked(
    backend: S3Backend, bucket: str
) -> None:
    found: dict[str, bool] = {}
    connection = backend._connection  # noqa: SLF001  the step of probing that a lesser key reaches

    await take_steps(connection, bucket, QUESTIONS, found)

    assert found == dict.fromkeys(QUESTIONS, True)
    assert (await backend.objects.list(bucket, ListQuery())).objects == ()


async def test_a_hosted_service_is_asked_only_what_it_does_not_publish(
    seaweedfs: SeaweedFS, backend: S3Backend, bucket: str
) -> None:
    assert bucket
    info = BackendInfo("hosted", "Hosted", seaweedfs.endpoint, seaweedfs.region, preset="wasabi")
    hosted = await open_s3(info, UpstreamKey(seaweedfs.access_key, seaweedfs.secret_key))

    found = await hosted.probe()

    assert found["chunked_upload"] is True
    assert set(found) == set(QUESTIONS) - set(PRESETS["wasabi"].capabilities)
    uploads = [await backend.uploads.list(one.name) for one in await backend.buckets.list()]
    assert not [one for page in uploads for one in page if one.key.startswith("stowage-probe/")]
    await hosted.close()


async def test_what_a_killed_probe_left_behind_is_removed_after_an_hour(
    backend: S3Backend, bucket: str
) -> None:
    connection = backend._connection  # noqa: SLF001  as above
    ours, young = (f"stowage-probe-{secrets.token_hex(8)}" for _ in range(2))
    for name in (ours, young):
        await backend.buckets.create(name)
        await backend.objects.put(name, "probe/object", b"x", NewObject())
    now = datetime.now(UTC)
    old = now - timedelta(hours=2)

    await remove_left_behind(
        connection, [BucketInfo(ours, old), BucketInfo(young, now), BucketInfo(bucket, old)]
    )

    names = [one.name for one in await backend.buckets.list()]
    assert ours not in names
    assert young in names
    assert bucket in names
    await remove_left_behind(connection, [BucketInfo(young, old)])


async def test_the_environment_of_the_machine_plays_no_part(
    seaweedfs: SeaweedFS, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "AWS_PROFILE": "none",
        "AWS_ACCESS_KEY_ID": "other",
        "AWS_ENDPOINT_URL_S3": "http://127.0.0.1:1",
        "AWS_CONFIG_FILE": "/nowhere",
    }.items():
        monkeypatch.setenv(name, value)
    info = BackendInfo("weed", "Weed", seaweedfs.endpoint, seaweedfs.region)

    backend = await open_s3(info, UpstreamKey(seaweedfs.access_key, seaweedfs.secret_key))

    await backend.ping()
    await backend.close()


@pytest.mark.parametrize(
    ("endpoint", "expected"),
    [
        ("http://127.0.0.1:9", "backend.unreachable"),
        ("http://nowhere.invalid", "backend.dns"),
        ("https://{0}", "backend.tls"),
        ("http://{0}", "backend.auth_failed"),
    ],
)
async def test_a_backend_that_cannot_be_used_says_why(
    endpoint: str, expected: str, seaweedfs: SeaweedFS
) -> None:
    host = seaweedfs.endpoint.removeprefix("http://")
    info = BackendInfo("weed", "Weed", endpoint.format(host))
    backend = await open_s3(info, UpstreamKey("WRONG", "wrong"))

    assert await reason(backend.ping()) == expected
    await backend.close()


async def test_a_missing_ca_file_is_a_fault_of_the_setup() -> None:
    info = BackendInfo("x", "X", "https://127.0.0.1:9", ca_file="/nowhere/ca.pem")
    backend = await open_s3(info, UpstreamKey("a", "b"))

    assert await reason(backend.ping()) == "backend.misconfigured"
    await backend.close()


async def test_buckets_are_made_once_and_deleted_when_empty(
    backend: S3Backend, bucket: str
) -> None:
    assert bucket in [one.name for one in await backend.buckets.list()]
    assert await reason(backend.buckets.create(bucket)) in ("bucket.exists", "bucket.owned_by_you")
    await backend.objects.put(bucket, "x", b"", NewObject())
    assert await reason(backend.buckets.delete(bucket)) == "bucket.not_empty"
    assert await reason(backend.buckets.delete("t-none-of-this-name")) == "bucket.not_found"


async def test_an_object_comes_back_with_all_it_carried(backend: S3Backend, bucket: str) -> None:
    headers = ContentHeaders("text/plain", "no-cache", 'inline; filename="a"', "identity", "de")
    stored = await backend.objects.put(
        bucket, "a b/ü+%?#.txt", b"hello", NewObject(headers, {"colour": "blue"})
    )

    info = await backend.objects.head(bucket, ObjectRef("a b/ü+%?#.txt"))

    assert (info.size_bytes, info.etag, info.metadata) == (5, stored.etag, {"colour": "blue"})
    assert info.headers.content_type == "text/plain"
    assert info.headers.cache_control == "no-cache"
    assert info.last_modified is not None
    assert await read(await backend.objects.open(bucket, ObjectRef(info.key))) == b"hello"


async def test_what_is_not_there_says_what_is_missing(backend: S3Backend, bucket: str) -> None:
    assert await reason(backend.objects.head(bucket, ObjectRef("x"))) == "object.not_found"
    assert await reason(backend.objects.open(bucket, ObjectRef("x"))) == "object.not_found"
    assert await reason(backend.objects.open("t-none", ObjectRef("x"))) == "bucket.not_found"
    assert await reason(backend.objects.list("t-none", ListQuery())) == "bucket.not_found"
    gone = UploadRef(bucket, "x", "0" * 32)
    assert await reason(backend.uploads.list_parts(gone)) == "upload.not_found"
    await backend.uploads.abort(gone)
    await backend.objects.delete(bucket, ObjectRef("x"))


@pytest.mark.parametrize(
    ("byte_range", "expected", "content_range"),
    [
        (ByteRange(0, 3), b"0123", "bytes 0-3/10"),
        (ByteRange(8), b"89", "bytes 8-9/10"),
        (ByteRange(8, 99), b"89", "bytes 8-9/10"),
        (ByteRange(None, 3), b"789", "bytes 7-9/10"),
    ],
)
async def test_a_range_gives_its_part(
    byte_range: ByteRange, expected: bytes, content_range: str, backend: S3Backend, bucket: str
) -> None:
    await backend.objects.put(bucket, "x", b"0123456789", NewObject())

    download = await backend.objects.open(bucket, ObjectRef("x"), byte_range=byte_range)

    assert isinstance(download, Download)
    assert (download.length_bytes, download.content_range) == (len(expected), content_range)
    assert download.info.size_bytes == 10
    assert await read(download) == expected


async def test_a_range_outside_tells_the_size(backend: S3Backend, bucket: str) -> None:
    await backend.objects.put(bucket, "x", b"0123456789", NewObject())

    with pytest.raises(StowageError) as caught:
        await backend.objects.open(bucket, ObjectRef("x"), byte_range=ByteRange(10))

    assert caught.value.reason == "range.unsatisfiable"
    assert caught.value.params["size_bytes"] == 10


async def test_conditions_are_answered(backend: S3Backend, bucket: str) -> None:
    stored = await backend.objects.put(bucket, "x", b"1", NewObject())
    ref = ObjectRef("x")

    unchanged = await backend.objects.open(
        bucket, ref, conditions=Conditions(if_none_match=stored.etag)
    )
    with pytest.raises(StowageError) as caught:
        await backend.objects.open(bucket, ref, conditions=Conditions(if_match='"other"'))

    assert isinstance(unchanged, NotModified)
    assert caught.value.code == "precondition_failed"


async def test_a_condition_on_a_write_is_kept(backend: S3Backend, bucket: str) -> None:
    new = NewObject(only_if_absent=True)
    await backend.objects.put(bucket, "x", b"1", new)

    with pytest.raises(StowageError, match="precondition_failed"):
        await backend.objects.put(bucket, "x", b"2", new)

    assert await read(await backend.objects.open(bucket, ObjectRef("x"))) == b"1"


async def test_a_listing_has_folders_and_pages(backend: S3Backend, bucket: str) -> None:
    for key in ("a/1", "a/2", "b/1", "c", "d", "e"):
        await backend.objects.put(bucket, key, b"", NewObject())

    first = await backend.objects.list(bucket, ListQuery(delimiter="/", max_keys=3))
    rest = await backend.objects.list(
        bucket, ListQuery(delimiter="/", token=first.next_token, max_keys=3)
    )
    after = await backend.objects.list(bucket, ListQuery(start_after="c"))
    below = await backend.objects.list(bucket, ListQuery(prefix="a/"))

    assert first.common_prefixes == ("a/", "b/")
    assert [one.key for one in first.objects] == ["c"]
    assert [one.key for one in rest.objects] == ["d", "e"]
    assert rest.next_token == ""
    assert [one.key for one in after.objects] == ["d", "e"]
    assert [one.key for one in below.objects] == ["a/1", "a/2"]


async def test_a_copy_keeps_headers_unless_told_otherwise(backend: S3Backend, bucket: str) -> None:
    new = NewObject(ContentHeaders("text/plain"), {"a": "1"})
    await backend.objects.put(bucket, "100% ü?#.txt", b"hello", new)
    source = (bucket, ObjectRef("100% ü?#.txt"))

    await backend.objects.copy(source, (bucket, "kept"), None)
    await backend.objects.copy(
        source, (bucket, "replaced"), NewObject(ContentHeaders("text/csv"), {})
    )

    kept = await backend.objects.head(bucket, ObjectRef("kept"))
    replaced = await backend.objects.head(bucket, ObjectRef("replaced"))
    assert (kept.content_type, kept.metadata) == ("text/plain", {"a": "1"})
    assert (replaced.content_type, replaced.metadata) == ("text/csv", {})
    assert await reason(backend.objects.copy((bucket, ObjectRef("none")), (bucket, "x"), None)) in (
        "object.not_found",
        "backend.rejected",
    )


async def test_many_are_deleted_at_once(backend: S3Backend, bucket: str) -> None:
    for key in ("a", "b ü", "c"):
        await backend.objects.put(bucket, key, b"", NewObject())

    outcome = await backend.objects.delete_many(
        bucket, [ObjectRef("a"), ObjectRef("b ü"), ObjectRef("none")]
    )

    assert {one.key for one in outcome.deleted} == {"a", "b ü", "none"}
    assert outcome.failures == ()
    left = (await backend.objects.list(bucket, ListQuery())).objects
    assert [one.key for one in left] == ["c"]


async def test_tags_are_replaced_and_cleared(backend: S3Backend, bucket: str) -> None:
    await backend.objects.put(bucket, "x", b"", NewObject())
    ref = ObjectRef("x")

    await backend.objects.set_tags(bucket, ref, {"a": "1", "b": "ü"})
    assert await backend.objects.get_tags(bucket, ref) == {"a": "1", "b": "ü"}
    await backend.objects.set_tags(bucket, ref, {})

    assert await backend.objects.get_tags(bucket, ref) == {}


async def test_versions_are_kept_and_paged(backend: S3Backend, bucket: str) -> None:
    assert not await backend.buckets.is_versioned(bucket)
    await backend.buckets.set_versioned(bucket, enabled=True)
    assert await backend.buckets.is_versioned(bucket)
    for body in (b"1", b"2"):
        await backend.objects.put(bucket, "x", body, NewObject())
    await backend.objects.delete(bucket, ObjectRef("x"))

    versions = []
    token = ""
    while True:
        page = await backend.objects.list_versions(bucket, ListQuery(token=token, max_keys=2))
        versions += page.versions
        token = page.next_token
        if not token:
            break

    assert sorted(one.is_delete_marker for one in versions) == [False, False, True]
    oldest = [one for one in versions if one.size_bytes and not one.is_delete_marker][-1]
    assert await read(await backend.objects.open(bucket, ObjectRef("x", oldest.version_id))) in (
        b"1",
        b"2",
    )
    for one in versions:
        await backend.objects.delete(bucket, ObjectRef("x", one.version_id))
    await backend.buckets.set_versioned(bucket, enabled=False)


async def test_parts_become_one_object(backend: S3Backend, bucket: str) -> None:
    headers = ContentHeaders("video/mp4")
    upload_id = await backend.uploads.create(bucket, "big", NewObject(headers, {"a": "1"}))
    upload = UploadRef(bucket, "big", upload_id)
    sizes = (5 * MIB, 123)
    parts = [
        await backend.uploads.put_part(upload, number, chunks=chunks_of(size), size_bytes=size)
        for number, size in enumerate(sizes, 1)
    ]

    listed = await backend.uploads.list_parts(upload)
    assert [(one.part_number, one.size_bytes) for one in listed.parts] == [(1, 5 * MIB), (2, 123)]
    assert upload_id in [one.upload_id for one in await backend.uploads.list(bucket)]
    await backend.uploads.complete(upload, parts)

    download = await backend.objects.open(bucket, ObjectRef("big"))
    assert isinstance(download, Download)
    assert (download.info.content_type, download.length_bytes) == ("video/mp4", sum(sizes))
    expected = b"".join([piece for size in sizes async for piece in chunks_of(size)])
    assert hashlib.sha256(await read(download)).digest() == hashlib.sha256(expected).digest()


async def test_neither_a_part_nor_a_download_is_held_in_memory(
    backend: S3Backend, bucket: str
) -> None:
    size = 64 * MIB
    upload = UploadRef(bucket, "big", await backend.uploads.create(bucket, "big", NewObject()))

    tracemalloc.start()
    part = await backend.uploads.put_part(upload, 1, chunks=chunks_of(size), size_bytes=size)
    _, peak_up = tracemalloc.get_traced_memory()
    await backend.uploads.complete(upload, [part])
    tracemalloc.reset_peak()
    download = await backend.objects.open(bucket, ObjectRef("big"))
    assert isinstance(download, Download)
    total = sum([len(piece) async for piece in download.body])
    _, peak_down = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert total == size
    assert peak_up < 4 * MIB
    assert peak_down < 4 * MIB


@pytest.mark.parametrize(("declared", "word"), [(999, "longer"), (1001, "shorter")])
async def test_a_body_of_another_length_than_declared_is_refused(
    declared: int, word: str, backend: S3Backend, bucket: str
) -> None:
    upload = UploadRef(bucket, "x", await backend.uploads.create(bucket, "x", NewObject()))

    with pytest.raises(StowageError) as caught:
        await backend.uploads.put_part(upload, 1, chunks=chunks_of(1000), size_bytes=declared)

    assert caught.value.code == "bad_request"
    assert word in caught.value.message
    assert (await backend.uploads.list_parts(upload)).parts == ()
    await backend.uploads.abort(upload)


async def test_a_client_that_goes_away_leaves_no_part(backend: S3Backend, bucket: str) -> None:
    class ClientGone(Exception):  # noqa: N818  stands for the web server's own
        pass

    async def broken() -> AsyncIterator[bytes]:
        yield b"x" * 1000
        raise ClientGone

    upload = UploadRef(bucket, "x", await backend.uploads.create(bucket, "x", NewObject()))

    with pytest.raises(ClientGone):
        await backend.uploads.put_part(upload, 1, chunks=broken(), size_bytes=2000)

    assert (await backend.uploads.list_parts(upload)).parts == ()
    await backend.uploads.abort(upload)


async def test_a_download_that_is_given_up_frees_its_connection(
    backend: S3Backend, bucket: str
) -> None:
    await backend.objects.put(bucket, "x", bytes(4 * MIB), NewObject())

    for _ in range(70):  # more than there are connections
        download = await backend.objects.open(bucket, ObjectRef("x"))
        assert isinstance(download, Download)
        async for _ in download.body:
            break
        await download.body.aclose()
        await download.body.aclose()

    assert (await backend.objects.head(bucket, ObjectRef("x"))).size_bytes == 4 * MIB


async def test_closing_waits_for_a_download_under_way(
    seaweedfs: SeaweedFS, backend: S3Backend, bucket: str
) -> None:
    await backend.objects.put(bucket, "x", bytes(4 * MIB), NewObject())
    info = BackendInfo("weed", "Weed", seaweedfs.endpoint, seaweedfs.region)
    other = await open_s3(info, UpstreamKey(seaweedfs.access_key, seaweedfs.secret_key))
    download = await other.objects.open(bucket, ObjectRef("x"))

    closing = asyncio.create_task(other.close())
    await asyncio.sleep(0)
    body = await read(download)
    await closing

    assert len(body) == 4 * MIB


async def test_closing_does_not_wait_for_ever(backend: S3Backend) -> None:
    connection = backend._connection  # noqa: SLF001  the time limit is its own
    connection.hold()

    await connection.close(drain_seconds=0.01)

    connection.release()
