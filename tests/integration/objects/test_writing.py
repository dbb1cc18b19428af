"""
Changing objects: by right, never by accident, and with a row in the audit log.
"""

import json
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import insert, select

from app.audit.event import Actor
from app.backends.stored import (
    ContentHeaders,
    Download,
    ListQuery,
    NewObject,
    ObjectRef,
    Part,
    UploadRef,
)
from app.database.tables import bucket_pins, changes, quotas, s3_anonymous_bindings
from app.errors.raised import StowageError
from app.objects.place import BucketPlace
from app.rbac.levels import Access
from support.seaweedfs import SeaweedFS
from support.stores import ADMIN, Stores, user_with, weed_backend

MIB = 1024 * 1024


def at(place: BucketPlace, access: str | list[str], prefix: str = "") -> Actor:
    return user_with({f"weed/{place.bucket}/{prefix}": access})


async def refusal(call: object) -> tuple[str, str | None]:
    with pytest.raises(StowageError) as caught:
        await call  # type: ignore[misc]  any awaitable
    return caught.value.code, caught.value.reason


async def keys(stores: Stores, place: BucketPlace) -> list[str]:
    page = await stores.objects.reading.list_objects(ADMIN, place, ListQuery())
    return [one.key for one in page.objects]


async def body(stores: Stores, place: BucketPlace, key: str) -> bytes:
    download = await stores.objects.reading.open(ADMIN, place, ObjectRef(key))
    assert isinstance(download, Download)
    return b"".join([piece async for piece in download.body])


async def audited(stores: Stores, action: str) -> list[tuple[str, str | None, object]]:
    return [
        (event.status, event.object_key, json.loads(event.detail))
        for event in await stores.events(action=action)
    ]


async def chunks(size: int) -> AsyncIterator[bytes]:
    for start in range(0, size, 65536):
        yield b"x" * min(65536, size - start)


async def upload(
    stores: Stores, actor: Actor, ref: UploadRef, sizes: tuple[int, ...]
) -> list[Part]:
    return [
        await stores.objects.uploads.put_part(
            actor, "weed", ref, number, chunks=chunks(size), size_bytes=size
        )
        for number, size in enumerate(sizes, 1)
    ]


async def test_an_upload_leaves_its_row(stores: Stores, place: BucketPlace) -> None:
    new = NewObject(ContentHeaders("text/plain"))
    info = await stores.objects.writing.put(ADMIN, place, "a.txt", b"hello", new)

    assert (info.size_bytes, info.etag[:1]) == (5, '"')
    (event, *_) = await stores.events(action="object.upload")
    assert (event.user_id, event.backend_id, event.bucket) == ("01ADMIN", "weed", place.bucket)
    assert (event.object_key, event.request_id, event.status) == ("a.txt", "r-1", "ok")
    assert json.loads(event.detail) == {"size": 5, "content_type": "text/plain"}


async def test_a_refused_or_failed_change_leaves_its_row_too(
    stores: Stores, place: BucketPlace
) -> None:
    reader = at(place, "readonly")
    missing = BucketPlace("weed", "t-no-such-bucket")

    await refusal(stores.objects.writing.put(reader, place, "x", b"", NewObject()))
    await refusal(stores.objects.writing.put(ADMIN, missing, "x", b"", NewObject()))

    await refusal(stores.objects.uploads.create_upload(ADMIN, missing, "x", NewObject()))
    copy = stores.objects.writing.copy(ADMIN, (place, ObjectRef("x")), (missing, "x"))
    assert await refusal(copy) == ("not_found", "bucket.not_found")
    rows = {status: detail for status, _, detail in await audited(stores, "object.upload")}
    assert rows["denied"] == {
        "size": 0,
        "content_type": "",
        "code": "forbidden",
        "reason": "grant.missing",
    }
    assert rows["error"]["code"] == "not_found"  # type: ignore[index]  JSON


@pytest.mark.parametrize("key", ["", "x" * 1025, "a\x00b", "a\u202eb", "a/../b", "\ud800"])
async def test_a_key_that_cannot_be_is_refused(
    key: str, stores: Stores, place: BucketPlace
) -> None:
    assert (await refusal(stores.objects.writing.put(ADMIN, place, key, b"", NewObject())))[
        0
    ] == "invalid_key"


@pytest.mark.parametrize(
    "metadata", [{"": "x"}, {"a b": "x"}, {"a": "x\ny"}, {"a": "ü"}, {"a": "x" * 2048}]
)
async def test_metadata_that_s3_cannot_carry_is_refused(
    metadata: dict[str, str], stores: Stores, place: BucketPlace
) -> None:
    new = NewObject(metadata=metadata)

    assert await refusal(stores.objects.writing.put(ADMIN, place, "x", b"", new)) == (
        "invalid_metadata",
        None,
    )


async def test_writing_needs_the_level_write(stores: Stores, place: BucketPlace) -> None:
    ref = UploadRef(place.bucket, "x", "0" * 32)
    writing, uploads = stores.objects.writing, stores.objects.uploads
    for access in ("readonly", ["delete"], ["configure"], ["delete-version"]):
        actor = at(place, access)
        for call in (
            writing.put(actor, place, "x", b"", NewObject()),
            writing.create_folder(actor, place, "x"),
            writing.set_metadata(actor, place, "x", {}),
            writing.set_tags(actor, place, ObjectRef("x"), {}),
            uploads.create_upload(actor, place, "x", NewObject()),
            uploads.put_part(actor, "weed", ref, 1, chunks=chunks(1), size_bytes=1),
            uploads.list_parts(actor, "weed", ref),
            uploads.complete_upload(actor, "weed", ref, [Part(1, "x")]),
            uploads.abort_upload(actor, "weed", ref),
        ):
            assert await refusal(call) == ("forbidden", "grant.missing")


async def test_a_prefix_bounds_writing(stores: Stores, place: BucketPlace) -> None:
    actor = at(place, "readwrite", "mine/")

    await stores.objects.writing.put(actor, place, "mine/x", b"", NewObject())

    for key in ("x", "mine", "mine2/x"):
        call = stores.objects.writing.put(actor, place, key, b"", NewObject())
        assert await refusal(call) == ("forbidden", "grant.missing")


async def test_only_absent_keys_are_written_when_asked(stores: Stores, place: BucketPlace) -> None:
    new = NewObject(only_if_absent=True)
    await stores.objects.writing.put(ADMIN, place, "x", b"1", new)

    again = stores.objects.writing.put(ADMIN, place, "x", b"2", new)
    begun = stores.objects.uploads.create_upload(ADMIN, place, "x", new)

    assert await refusal(again) == ("object_exists", None)
    assert await refusal(begun) == ("object_exists", None)
    assert await body(stores, place, "x") == b"1"


async def test_append_only_adds_and_never_replaces(stores: Stores, place: BucketPlace) -> None:
    actor = at(place, "append-only")
    writing, uploads = stores.objects.writing, stores.objects.uploads
    await writing.put(actor, place, "x", b"1", NewObject())
    refused = ("forbidden", "object.append_only")

    ref = await uploads.create_upload(actor, place, "y", NewObject())
    parts = await upload(stores, actor, ref, (10,))
    await writing.put(ADMIN, place, "y", b"came first", NewObject())

    for call in (
        writing.put(actor, place, "x", b"2", NewObject()),
        writing.set_metadata(actor, place, "x", {"a": "1"}),
        writing.copy(actor, (place, ObjectRef("y")), (place, "x")),
        uploads.create_upload(actor, place, "x", NewObject()),
        uploads.complete_upload(actor, "weed", ref, parts),
    ):
        assert await refusal(call) == refused
    assert await body(stores, place, "y") == b"came first"
    await writing.copy(actor, (place, ObjectRef("x")), (place, "z"))
    await uploads.abort_upload(actor, "weed", ref)


async def test_a_folder_is_an_empty_object_with_a_slash(stores: Stores, place: BucketPlace) -> None:
    info = await stores.objects.writing.create_folder(ADMIN, place, "a/b")

    assert info.key == "a/b/"
    page = await stores.objects.reading.list_objects(ADMIN, place, ListQuery("a/", "/"))
    assert page.common_prefixes == ("a/b/",)
    assert await audited(stores, "object.create_folder") == [("ok", "a/b/", {})]


async def test_a_copy_reads_here_and_writes_there(stores: Stores, place: BucketPlace) -> None:
    writing = stores.objects.writing
    source = ObjectRef("in/100% ü+?#.txt")
    new = NewObject(ContentHeaders("text/plain"), {"a": "1"})
    await writing.put(ADMIN, place, source.key, b"hello", new)
    await writing.set_tags(ADMIN, place, source, {"t": "1"})
    both = user_with(
        {f"weed/{place.bucket}/in/": "readonly", f"weed/{place.bucket}/out/": "drop-box"}
    )

    await writing.copy(both, (place, source), (place, "out/x"))
    await writing.copy(ADMIN, (place, source), (place, "out/y"), metadata={})

    kept = await stores.objects.reading.head(ADMIN, place, ObjectRef("out/x"))
    cleared = await stores.objects.reading.head(ADMIN, place, ObjectRef("out/y"))
    assert (kept.metadata, kept.content_type) == ({"a": "1"}, "text/plain")
    assert (cleared.metadata, cleared.content_type) == ({}, "text/plain")
    assert await body(stores, place, "out/x") == b"hello"
    for target in ("in/y", "elsewhere"):
        call = writing.copy(both, (place, source), (place, target))
        assert await refusal(call) == ("forbidden", "grant.missing")
    hidden = writing.copy(both, (place, ObjectRef("out/x")), (place, "out/z"))
    assert await refusal(hidden) == ("forbidden", "grant.missing")
    itself = writing.copy(ADMIN, (place, source), (place, source.key))
    assert await refusal(itself) == ("bad_request", "field.invalid")
    taken = writing.copy(ADMIN, (place, source), (place, "out/x"), only_if_absent=True)
    assert await refusal(taken) == ("object_exists", None)
    row = (await audited(stores, "object.copy"))[-1]
    assert row == ("ok", source.key, {"dst_bucket": place.bucket, "dst_key": "out/x"})


async def test_a_copy_to_another_backend_keeps_what_the_object_has(
    stores: Stores, seaweedfs: SeaweedFS, place: BucketPlace
) -> None:
    known = {"tagging": True}
    await stores.backends.create(ADMIN, weed_backend(seaweedfs, "far", capabilities=known))
    far = BucketPlace("far", place.bucket)
    new = NewObject(ContentHeaders("text/plain", "max-age=5"), {"a": "1"})
    for key, content in (("x", b"hello"), ("empty", b"")):
        await stores.objects.writing.put(ADMIN, place, key, content, new)
        await stores.objects.writing.set_tags(ADMIN, place, ObjectRef(key), {"t": "1 2"})

        copied = await stores.objects.writing.copy(
            ADMIN, (place, ObjectRef(key)), (far, f"copy/{key}")
        )

        assert (copied.headers, copied.metadata) == (new.headers, {"a": "1"})
        assert await body(stores, place, f"copy/{key}") == content
        tags = await stores.objects.reading.get_tags(ADMIN, far, ObjectRef(f"copy/{key}"))
        assert tags == {"t": "1 2"}
    row = (await audited(stores, "object.transfer"))[-1]
    assert row[2] == {
        "dst_backend": "far",
        "dst_bucket": place.bucket,
        "dst_key": "copy/x",
        "size": 5,
    }
    here = user_with({f"weed/{place.bucket}/": "readwrite"})
    call = stores.objects.writing.copy(here, (place, ObjectRef("x")), (far, "y"))
    assert (await refusal(call))[0] == "forbidden"


async def test_new_metadata_leaves_the_headers_alone(stores: Stores, place: BucketPlace) -> None:
    new = NewObject(ContentHeaders("text/plain", "max-age=5"), {"old": "1"})
    await stores.objects.writing.put(ADMIN, place, "x", b"hello", new)

    await stores.objects.writing.set_metadata(ADMIN, place, "x", {"new": "2"})

    info = await stores.objects.reading.head(ADMIN, place, ObjectRef("x"))
    assert info.metadata == {"new": "2"}
    assert (info.headers.content_type, info.headers.cache_control) == ("text/plain", "max-age=5")
    assert await audited(stores, "object.metadata.set") == [("ok", "x", {"count": 1})]


async def test_tags_have_limits(stores: Stores, place: BucketPlace) -> None:
    await stores.objects.writing.put(ADMIN, place, "x", b"", NewObject())
    ref = ObjectRef("x")
    set_tags = stores.objects.writing.set_tags

    await set_tags(ADMIN, place, ref, {"a": "1"})
    assert await stores.objects.reading.get_tags(ADMIN, place, ref) == {"a": "1"}
    many = {str(number): "" for number in range(11)}
    assert (await refusal(set_tags(ADMIN, place, ref, many)))[0] == "too_many_tags"
    for tags in ({"": "x"}, {"ü" * 65: "x"}, {"a": "x" * 257}):
        assert (await refusal(set_tags(ADMIN, place, ref, tags)))[0] == "invalid_tag"


async def test_a_delete_leaves_its_row_and_asks_for_its_level(
    stores: Stores, place: BucketPlace
) -> None:
    await stores.objects.writing.put(ADMIN, place, "x", b"", NewObject())
    call = stores.objects.writing.delete(at(place, "append-only"), place, ObjectRef("x"))
    assert await refusal(call) == ("forbidden", "grant.missing")

    await stores.objects.writing.delete(at(place, ["delete"]), place, ObjectRef("x"))

    assert await keys(stores, place) == []
    assert [row[0] for row in await audited(stores, "object.delete")] == ["ok", "denied"]


async def test_of_many_keys_each_is_authorised_by_itself(
    stores: Stores, place: BucketPlace
) -> None:
    for key in ("mine/1", "mine/2", "theirs"):
        await stores.objects.writing.put(ADMIN, place, key, b"", NewObject())
    actor = at(place, "readwrite", "mine/")

    outcome = await stores.objects.writing.delete_many(
        actor,
        place,
        [ObjectRef("mine/1"), ObjectRef("theirs"), ObjectRef("mine/2", "v1"), ObjectRef("a/../b")],
    )

    assert [one.key for one in outcome.deleted] == ["mine/1"]
    assert [(one.key, one.version_id, one.code) for one in outcome.failures] == [
        ("theirs", "", "AccessDenied"),
        ("mine/2", "v1", "AccessDenied"),
        ("a/../b", "", "AccessDenied"),
    ]
    assert await keys(stores, place) == ["mine/2", "theirs"]
    (row,) = await audited(stores, "object.bulk_delete")
    assert row == ("ok", "", {"requested": 4, "deleted": 1, "errors": 3})


async def test_a_bulk_delete_has_limits(stores: Stores, place: BucketPlace) -> None:
    delete_many = stores.objects.writing.delete_many

    assert await refusal(delete_many(ADMIN, place, [])) == ("bad_request", "field.missing")
    many = [ObjectRef(str(number)) for number in range(1001)]
    assert await refusal(delete_many(ADMIN, place, many)) == ("too_many_keys", None)
    outcome = await delete_many(ADMIN, place, [ObjectRef("")])
    assert [one.code for one in outcome.failures] == ["InvalidArgument"]


async def test_parts_become_an_object_with_a_row(stores: Stores, place: BucketPlace) -> None:
    new = NewObject(ContentHeaders("video/mp4"), {"a": "1"})
    ref = await stores.objects.uploads.create_upload(ADMIN, place, "big", new)
    parts = await upload(stores, ADMIN, ref, (5 * MIB, 10))

    assert [one.key for one in await stores.objects.uploads.list_uploads(ADMIN, place)] == ["big"]
    page = await stores.objects.uploads.list_parts(ADMIN, "weed", ref)
    assert [one.size_bytes for one in page.parts] == [5 * MIB, 10]
    info = await stores.objects.uploads.complete_upload(ADMIN, "weed", ref, parts)

    assert info.size_bytes == 5 * MIB + 10
    stored = await stores.objects.reading.head(ADMIN, place, ObjectRef("big"))
    assert (stored.size_bytes, stored.etag) == (info.size_bytes, info.etag)
    assert (stored.content_type, stored.metadata) == ("video/mp4", {"a": "1"})
    (row,) = await audited(stores, "object.upload")
    assert row == ("ok", "big", {"parts": 2, "multipart": True, "size": 5 * MIB + 10})


async def test_parts_have_limits(stores: Stores, place: BucketPlace) -> None:
    ref = await stores.objects.uploads.create_upload(ADMIN, place, "big", NewObject())
    put_part = stores.objects.uploads.put_part

    outcomes = [
        (await refusal(put_part(ADMIN, "weed", ref, number, chunks=chunks(0), size_bytes=size)))[0]
        for number, size in ((0, 1), (10_001, 1), (1, 0), (1, -1), (1, 64 * MIB + 1))
    ]

    assert outcomes == [
        "bad_request",
        "bad_request",
        "length_required",
        "length_required",
        "too_large",
    ]
    none = stores.objects.uploads.complete_upload(ADMIN, "weed", ref, [])
    assert await refusal(none) == ("bad_request", "field.missing")
    await stores.objects.uploads.abort_upload(ADMIN, "weed", ref)
    assert await stores.objects.uploads.list_uploads(ADMIN, place) == []


async def test_open_uploads_are_cut_to_the_granted_prefixes(
    stores: Stores, place: BucketPlace
) -> None:
    refs = [
        await stores.objects.uploads.create_upload(ADMIN, place, key, NewObject())
        for key in ("mine/x", "theirs/x")
    ]

    seen = await stores.objects.uploads.list_uploads(at(place, "readonly", "mine/"), place)

    assert [one.key for one in seen] == ["mine/x"]
    for ref in refs:
        await stores.objects.uploads.abort_upload(ADMIN, "weed", ref)


async def test_buckets_need_configure_on_all_buckets(stores: Stores) -> None:
    place = BucketPlace("weed", "t-by-right")
    one_bucket = at(place, "full")
    all_buckets = user_with({"weed/*": ["configure", "list"]})

    assert (await refusal(stores.objects.buckets.create_bucket(one_bucket, place)))[0] == (
        "forbidden"
    )
    await stores.objects.buckets.create_bucket(all_buckets, place)
    assert (await refusal(stores.objects.buckets.delete_bucket(one_bucket, place)))[0] == (
        "forbidden"
    )
    again = stores.objects.buckets.create_bucket(all_buckets, place)
    assert (await refusal(again))[0] == "conflict"
    listed = await stores.objects.buckets.list_buckets(all_buckets, "weed")
    assert place.bucket in [one.name for one in listed]
    await stores.objects.buckets.delete_bucket(all_buckets, place)
    listed = await stores.objects.buckets.list_buckets(all_buckets, "weed")
    assert place.bucket not in [one.name for one in listed]
    bad = stores.objects.buckets.create_bucket(ADMIN, BucketPlace("weed", "Bad_Name"))
    assert (await refusal(bad))[0] == "invalid_bucket_name"
    statuses = [row[0] for row in await audited(stores, "bucket.create")]
    assert statuses == ["error", "error", "ok", "denied"]


async def test_a_bucket_with_something_in_it_is_not_deleted(
    stores: Stores, place: BucketPlace
) -> None:
    await stores.objects.writing.put(ADMIN, place, "x", b"precious", NewObject())

    call = stores.objects.buckets.delete_bucket(ADMIN, place)

    assert await refusal(call) == ("conflict", "bucket.not_empty")
    assert await body(stores, place, "x") == b"precious"


async def test_a_bucket_of_the_same_name_inherits_nothing(stores: Stores) -> None:
    place = BucketPlace("weed", "t-inherits-nothing")
    await stores.objects.buckets.create_bucket(ADMIN, place)
    now = (await stores.backends.get("weed")).created_at
    stamps = {"created_at": now, "updated_at": now}
    where = {"backend_id": "weed", "bucket": place.bucket}
    async with stores.database.write() as connection:
        await connection.execute(
            insert(s3_anonymous_bindings).values(may_list=True, **where, **stamps)
        )
        await connection.execute(
            insert(quotas).values(kind="bucket", subject_id=f"weed/{place.bucket}", **stamps)
        )
        await connection.execute(insert(bucket_pins).values(user_id="u", created_at=now, **where))

    await stores.objects.buckets.delete_bucket(ADMIN, place)

    async with stores.database.read() as connection:
        for table in (s3_anonymous_bindings, quotas, bucket_pins):
            assert (await connection.execute(select(table))).all() == []
        rows = await connection.execute(select(changes.c.kind, changes.c.row_id))
        assert {("anonymous", f"weed/{place.bucket}"), ("quota", f"weed/{place.bucket}")} <= {
            tuple(row) for row in rows
        }


def test_append_only_is_what_these_tests_think_it_is() -> None:
    scope = user_with({"weed/b": "append-only"}).principal.scopes[0]

    assert not Access(scope.levels, may_overwrite=scope.may_overwrite).may_overwrite
