"""
Searching: bounded by rights, and by time for each backend alone.
"""

import asyncio

from app.audit.event import Actor
from app.backends.rows import NewBackend
from app.backends.stored import NewObject
from app.objects.place import BucketPlace
from app.objects.search import BackendEnded, BucketHit, ObjectHit, SearchEvent, SearchQuery
from support.stores import ADMIN, Stores, user_with

ONE_BUCKET = (
    b"<ListAllMyBucketsResult><Buckets><Bucket><Name>one</Name></Bucket></Buckets>"
    b"</ListAllMyBucketsResult>"
)


async def search(stores: Stores, actor: Actor, query: SearchQuery) -> list[SearchEvent]:
    return [event async for event in stores.objects.search.search(actor, query)]


async def test_hits_are_cut_to_what_may_be_listed(stores: Stores, place: BucketPlace) -> None:
    for key in ("team/a", "team/b", "tea", "other/team"):
        await stores.objects.writing.put(ADMIN, place, key, b"x", NewObject())
    cases: dict[str, tuple[Actor, list[str]]] = {
        "everything": (ADMIN, ["tea", "team/a", "team/b"]),
        "a prefix": (user_with({f"weed/{place.bucket}/team/": "readonly"}), ["team/a", "team/b"]),
        "one below": (user_with({f"weed/{place.bucket}/team/b": "readonly"}), ["team/b"]),
        "writing alone": (user_with({f"weed/{place.bucket}/": "drop-box"}), []),
        "another bucket": (user_with({"weed/elsewhere/": "readonly"}), []),
    }

    for name, (actor, keys) in cases.items():
        events = await search(stores, actor, SearchQuery("tea", bucket=place.bucket))

        hits = [one for one in events if isinstance(one, ObjectHit)]
        assert sorted(one.info.key for one in hits) == keys, name
        assert events[-1] == BackendEnded("weed")
    hidden = SearchQuery(place.bucket)
    nobody = user_with({"weed/elsewhere/": "readonly"})
    assert not [one for one in await search(stores, nobody, hidden) if isinstance(one, BucketHit)]
    assert await search(stores, user_with({"far/x/": "readonly"}), hidden) == []


async def test_a_backend_is_asked_no_more_when_its_reader_leaves(stores: Stores) -> None:
    asked, left = asyncio.Event(), asyncio.Event()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        if b"prefix=team" in head:  # the search itself, and no probe
            asked.set()
            await reader.read()
            left.set()
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + ONE_BUCKET)
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        new = NewBackend("leaving", f"http://127.0.0.1:{port}", "key", "secret", is_enabled=True)
        await stores.backends.create(ADMIN, new)
        # Each backend can be searched by a request of its own, and given up with it.
        query = SearchQuery("team", backend_ids=("leaving",), limit_seconds=60.0)
        events = stores.objects.search.search(ADMIN, query)
        reading = asyncio.ensure_future(anext(events))
        await asyncio.wait_for(asked.wait(), 30)

        reading.cancel()

        await asyncio.wait_for(left.wait(), 30)


async def test_a_backend_that_hangs_is_given_up_alone(stores: Stores, place: BucketPlace) -> None:
    has_begun = False

    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if has_begun:
            await reader.read()
        writer.close()

    await stores.objects.writing.put(ADMIN, place, "team", b"x", NewObject())
    async with await asyncio.start_server(hang, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        new = NewBackend("hanging", f"http://127.0.0.1:{port}", "key", "secret", is_enabled=True)
        await stores.backends.create(ADMIN, new)
        has_begun = True

        events = await search(
            stores, ADMIN, SearchQuery("team", bucket=place.bucket, limit_seconds=2.0)
        )

    assert [one.info.key for one in events if isinstance(one, ObjectHit)] == ["team"]
    ended = {one.backend_id: one for one in events if isinstance(one, BackendEnded)}
    assert ended["weed"].error is None
    late = ended["hanging"].error
    assert late is not None
    assert (late.code, late.reason) == ("backend_error", "backend.timeout")
