"""
Reading objects: what is there, and what the caller may see of it.
"""

import pytest

from app.audit.event import Actor
from app.backends.rows import BackendChange
from app.backends.stored import (
    ByteRange,
    ContentHeaders,
    Download,
    ListQuery,
    NewObject,
    ObjectRef,
)
from app.errors.raised import StowageError
from app.objects.place import BucketPlace
from support.stores import ADMIN, Stores, user_with


async def put(stores: Stores, place: BucketPlace, *keys: str) -> None:
    for key in keys:
        await stores.objects.writing.put(ADMIN, place, key, key.encode(), NewObject())


def at(place: BucketPlace, access: str | list[str], prefix: str = "") -> Actor:
    return user_with({f"weed/{place.bucket}/{prefix}": access})


async def refusal(call: object) -> tuple[str, str | None]:
    with pytest.raises(StowageError) as caught:
        await call  # type: ignore[misc]  any awaitable
    return caught.value.code, caught.value.reason


async def test_the_list_of_buckets_is_cut_to_what_the_caller_may_see(
    stores: Stores, place: BucketPlace
) -> None:
    stranger = user_with({"weed/other-bucket": "full", "other/*": "full"})

    assert await stores.objects.buckets.list_buckets(stranger, "weed") == []
    for access in ("drop-box", "readonly", ["configure"]):
        seen = await stores.objects.buckets.list_buckets(at(place, access, "deep/"), "weed")
        assert [one.name for one in seen] == [place.bucket]
    everything = await stores.objects.buckets.list_buckets(ADMIN, "weed")
    assert place.bucket in [one.name for one in everything]


async def test_a_listing_goes_page_by_page(stores: Stores, place: BucketPlace) -> None:
    await put(stores, place, "a/1", "a/2", "b", "c")

    first = await stores.objects.reading.list_objects(
        ADMIN, place, ListQuery(delimiter="/", max_keys=2)
    )
    second = await stores.objects.reading.list_objects(
        ADMIN, place, ListQuery(delimiter="/", max_keys=2, token=first.next_token)
    )

    assert (first.common_prefixes, [one.key for one in first.objects]) == (("a/",), ["b"])
    assert ([one.key for one in second.objects], second.next_token) == (["c"], "")


async def test_a_listing_above_a_grant_shows_only_the_way_to_it(
    stores: Stores, place: BucketPlace
) -> None:
    await put(stores, place, "team/a/1", "team/a/x/2", "team/b/1", "secret", "team/secret")
    actor = at(place, "readonly", "team/a/")
    listing = stores.objects.reading.list_objects

    top = await listing(actor, place, ListQuery(delimiter="/"))
    team = await listing(actor, place, ListQuery("team/", "/"))
    inside = await listing(actor, place, ListQuery("team/a/", "/"))
    flat = await listing(actor, place, ListQuery())

    assert (top.common_prefixes, top.objects) == (("team/",), ())
    assert (team.common_prefixes, team.objects) == (("team/a/",), ())
    assert inside.common_prefixes == ("team/a/x/",)
    assert [one.key for one in inside.objects] == ["team/a/1"]
    assert [one.key for one in flat.objects] == ["team/a/1", "team/a/x/2"]
    assert await refusal(listing(actor, place, ListQuery("team/b/", "/"))) == (
        "forbidden",
        "grant.missing",
    )


async def test_several_grants_are_listed_one_after_the_other(
    stores: Stores, place: BucketPlace
) -> None:
    await put(stores, place, "a/1", "a/2", "b/1", "c/1")
    actor = user_with({f"weed/{place.bucket}/{one}": "readonly" for one in ("a/", "c/")})

    keys: list[str] = []
    token = ""
    while True:
        page = await stores.objects.reading.list_objects(
            actor, place, ListQuery(max_keys=1, token=token)
        )
        keys += [one.key for one in page.objects]
        token = page.next_token
        if not token:
            break

    assert keys == ["a/1", "a/2", "c/1"]
    foreign = stores.objects.reading.list_objects(actor, place, ListQuery(token="9:x"))
    assert await refusal(foreign) == ("bad_request", "cursor.invalid")


async def test_reading_needs_the_level_read(stores: Stores, place: BucketPlace) -> None:
    await put(stores, place, "x")
    ref = ObjectRef("x")

    for access in ("drop-box", ["list"], ["delete"]):
        actor = at(place, access)
        for call in (
            stores.objects.reading.head(actor, place, ref),
            stores.objects.reading.open(actor, place, ref),
            stores.objects.reading.get_tags(actor, place, ref),
        ):
            assert await refusal(call) == ("forbidden", "grant.missing")
    assert (await stores.objects.reading.head(at(place, ["read"]), place, ref)).size_bytes == 1


async def test_a_stranger_cannot_tell_what_is_there(stores: Stores, place: BucketPlace) -> None:
    await put(stores, place, "x")
    stranger = user_with({"weed/other-bucket": "full"})
    missing = BucketPlace("weed", "t-no-such-bucket")

    answers = set()
    for where, key in ((place, "x"), (place, "none"), (missing, "x")):
        answers.add(await refusal(stores.objects.reading.head(stranger, where, ObjectRef(key))))

    assert answers == {("forbidden", "grant.missing")}


async def test_a_download_streams_a_range(stores: Stores, place: BucketPlace) -> None:
    await put(stores, place, "0123456789")

    download = await stores.objects.reading.open(
        ADMIN, place, ObjectRef("0123456789"), byte_range=ByteRange(2, 4)
    )

    assert isinstance(download, Download)
    assert download.content_range == "bytes 2-4/10"
    assert b"".join([piece async for piece in download.body]) == b"234"
    with pytest.raises(StowageError) as caught:
        await stores.objects.reading.open(
            ADMIN, place, ObjectRef("0123456789"), byte_range=ByteRange(10)
        )
    assert (caught.value.code, caught.value.params["size_bytes"]) == ("bad_range", 10)


async def test_versions_of_one_key_come_newest_first(stores: Stores, place: BucketPlace) -> None:
    await stores.objects.buckets.set_versioned(ADMIN, place, enabled=True)
    assert await stores.objects.buckets.is_versioned(ADMIN, place)
    await put(stores, place, "x", "x", "x.bak")
    await stores.objects.writing.delete(ADMIN, place, ObjectRef("x"))

    versions = await stores.objects.reading.list_versions(ADMIN, place, "x")

    assert {one.key for one in versions} == {"x"}
    assert [one.is_delete_marker for one in versions] == [True, False, False]
    assert versions[0].is_latest
    old = ObjectRef("x", versions[-1].version_id)
    assert (await stores.objects.reading.head(ADMIN, place, old)).size_bytes == 1
    keep = at(place, "readwrite")
    assert await refusal(stores.objects.writing.delete(keep, place, old)) == (
        "forbidden",
        "grant.missing",
    )
    await stores.objects.writing.delete(at(place, ["delete-version"]), place, old)


@pytest.mark.parametrize("bucket", ["..", ".", "a/b", "a?b", "", "-a", "a\n", "%2e%2e"])
async def test_a_bucket_name_cannot_lead_elsewhere(bucket: str, stores: Stores) -> None:
    where = BucketPlace("weed", bucket)

    assert await refusal(stores.objects.reading.list_objects(ADMIN, where, ListQuery())) == (
        "not_found",
        "bucket.not_found",
    )


@pytest.mark.parametrize("key", ["../x", "a/../../x", "./x", "a/.", "..", "x/.."])
async def test_a_key_cannot_climb_out_of_its_bucket(
    key: str, stores: Stores, place: BucketPlace
) -> None:
    for call in (
        stores.objects.reading.open(ADMIN, place, ObjectRef(key)),
        stores.objects.writing.delete(ADMIN, place, ObjectRef(key)),
        stores.objects.writing.put(ADMIN, place, key, b"", NewObject()),
        stores.objects.writing.copy(ADMIN, (place, ObjectRef(key)), (place, "x")),
        stores.objects.writing.copy(ADMIN, (place, ObjectRef("x")), (place, key)),
        stores.objects.uploads.create_upload(ADMIN, place, key, NewObject()),
    ):
        assert await refusal(call) == ("invalid_key", "key.dot_segment")


@pytest.mark.parametrize(
    ("key", "reason"),
    [("x" * 1025, "key.length"), ("ü" * 513, "key.length"), ("a\0b", "key.control_character")],
)
async def test_a_key_that_no_store_can_hold_is_not_looked_for(
    key: str, reason: str, stores: Stores, place: BucketPlace
) -> None:
    for call in (
        stores.objects.reading.head(ADMIN, place, ObjectRef(key)),
        stores.objects.reading.open(ADMIN, place, ObjectRef(key)),
        stores.objects.writing.delete(ADMIN, place, ObjectRef(key)),
    ):
        assert await refusal(call) == ("invalid_key", reason)


async def test_an_unknown_or_disabled_backend_is_not_found(
    stores: Stores, place: BucketPlace
) -> None:
    await stores.backends.update(ADMIN, "weed", BackendChange(is_enabled=False))

    for backend_id in ("weed", "none"):
        where = BucketPlace(backend_id, place.bucket)
        call = stores.objects.reading.list_objects(ADMIN, where, ListQuery())
        assert await refusal(call) == ("not_found", "backend.unknown")
    await stores.backends.update(ADMIN, "weed", BackendChange(is_enabled=True))


async def test_maintenance_answers_for_every_call(stores: Stores, place: BucketPlace) -> None:
    await stores.backends.update(ADMIN, "weed", BackendChange(is_in_maintenance=True))

    call = stores.objects.reading.list_objects(ADMIN, place, ListQuery())

    assert await refusal(call) == ("maintenance", "mode.maintenance")
    await stores.backends.update(ADMIN, "weed", BackendChange(is_in_maintenance=False))


async def test_headers_come_back(stores: Stores, place: BucketPlace) -> None:
    new = NewObject(ContentHeaders("image/png", "max-age=5"), {"a": "1"})
    await stores.objects.writing.put(ADMIN, place, "x", b"1", new)

    info = await stores.objects.reading.head(ADMIN, place, ObjectRef("x"))

    assert (info.headers.content_type, info.headers.cache_control) == ("image/png", "max-age=5")
    assert info.metadata == {"a": "1"}
