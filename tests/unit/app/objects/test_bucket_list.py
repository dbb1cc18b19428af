import asyncio
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from app.backends.stored import BucketInfo
from app.errors import registry as errors
from app.errors.raised import StowageError
from app.objects import bucket_list
from app.objects.bucket_list import BucketLists


class SlowStore:
    """
    A backend whose list of buckets comes when it is let go.
    """

    def __init__(self) -> None:
        self.info = SimpleNamespace(id="main")
        self.buckets = self
        self.calls = 0
        self.go = asyncio.Event()
        self.failure: StowageError | None = None

    async def list(self) -> Sequence[BucketInfo]:
        self.calls += 1
        await self.go.wait()
        if self.failure:
            raise self.failure
        return [BucketInfo(f"call-{self.calls}")]


@pytest.fixture
async def store() -> Any:
    return SlowStore()


async def test_callers_at_the_same_time_share_one_call(store: Any) -> None:
    lists = BucketLists()
    waiting = [asyncio.create_task(lists.get(store)) for _ in range(5)]
    await asyncio.sleep(0)
    store.go.set()

    answers = await asyncio.gather(*waiting)

    assert store.calls == 1
    assert all(answer == [BucketInfo("call-1")] for answer in answers)
    assert await lists.get(store) == [BucketInfo("call-1")]


async def test_a_caller_that_goes_away_takes_nothing_from_the_others(store: Any) -> None:
    lists = BucketLists()
    first, second = (asyncio.create_task(lists.get(store)) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    store.go.set()

    assert await second == [BucketInfo("call-1")]


async def test_a_failure_is_told_to_all_and_not_kept(store: Any) -> None:
    lists = BucketLists()
    store.failure = errors.BACKEND_ERROR(reason="backend.timeout")
    waiting = [asyncio.create_task(lists.get(store)) for _ in range(2)]
    await asyncio.sleep(0)
    store.go.set()
    outcomes = await asyncio.gather(*waiting, return_exceptions=True)
    store.failure = None

    assert [type(one) for one in outcomes] == [StowageError, StowageError]
    assert await lists.get(store) == [BucketInfo("call-2")]


async def test_a_change_is_seen_at_once(store: Any) -> None:
    lists = BucketLists()
    store.go.set()
    await lists.get(store)

    lists.forget("main")

    assert await lists.get(store) == [BucketInfo("call-2")]


async def test_a_replaced_backend_is_asked_itself(store: Any) -> None:
    lists = BucketLists()
    store.go.set()
    await lists.get(store)
    other: Any = SlowStore()
    other.go.set()

    await lists.get(other)

    assert other.calls == 1


async def test_a_list_is_not_kept_for_long(
    store: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bucket_list, "KEEP_SECONDS", -1.0)
    lists = BucketLists()
    store.go.set()

    await lists.get(store)
    await lists.get(store)

    assert store.calls == 2
